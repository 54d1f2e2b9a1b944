#include "synth/anatomy.h"

#include <algorithm>
#include <cmath>

#include "core/exact_math.h"

namespace ecg {
namespace {

/// Parts of a person, each drawn from its own stream so that one can grow without moving the
/// others.
enum Part : std::uint16_t { kPerson, kIntervals, kP, kQrs, kT, kField };

RandomStream stream(const PatientTruth& who, Part part) {
  return RandomStream({.seed = who.seed,
                       .record = who.patient,
                       .view = part,
                       .purpose = RandomPurpose::kSimulateAnatomy});
}

void vary(std::vector<ShapeWave>& waves, RandomStream& random, double shift, double log_width) {
  for (ShapeWave& wave : waves) {
    wave.centre += bounded_normal(random, 0, shift, -2 * shift, 2 * shift);
    const double width = spread_factor(random, log_width);
    wave.before *= width;
    wave.after *= width;
  }
}

void draw_person(Anatomy& person) {
  RandomStream random = stream(person.who, kPerson);
  person.who.age_years = std::floor(bounded_normal(random, 55, 19, 18, 92));
  person.who.female = random.bernoulli(0.5);
  person.resting_rate_bpm = bounded_normal(random, person.who.female ? 69 : 66, 9, 53, 91);
  // Variability of the heart rate falls with age.
  const double youth = std::clamp((90 - person.who.age_years) / 60, 0.1, 1.1);
  person.respiratory_variability = 0.035 * youth * spread_factor(random, 0.45);
  person.slow_variability = 0.022 * (0.4 + 0.6 * youth) * spread_factor(random, 0.4);
}

void draw_intervals(Anatomy& person) {
  RandomStream random = stream(person.who, kIntervals);
  const double age = person.who.age_years;
  const bool female = person.who.female;
  BeatShape& shape = person.shape;
  shape.p_s = bounded_normal(random, 0.102, 0.009, 0.080, 0.118);
  shape.pr_s = bounded_normal(random, 0.150 + 0.0002 * (age - 50), 0.017, 0.124, 0.194);
  shape.qrs_s = bounded_normal(random, female ? 0.086 : 0.093, 0.007, 0.072, 0.108);
  shape.qtc_s = bounded_normal(random, female ? 0.412 : 0.402, 0.014, 0.370, 0.442);
}

/// Two overlapping halves: right atrium (front, down) and left atrium (left, back).
void draw_p(Anatomy& person) {
  RandomStream random = stream(person.who, kP);
  person.shape.p = {{0.36, 0.36, 0.40, {0.038, 0.058, 0.040}},
                    {0.64, 0.40, 0.36, {0.072, 0.046, -0.040}}};
  vary(person.shape.p, random, 0.02, 0.06);
  const double gain = spread_factor(random, 0.28);
  const Rotation turn{bounded_normal(random, 0, 0.025, -0.06, 0.06),
                      bounded_normal(random, 0, 0.02, -0.05, 0.05)};
  for (ShapeWave& wave : person.shape.p) {
    wave.mv = rotate(wave.mv * (gain * spread_factor(random, 0.12)), turn);
  }
  fit_visible_extent(person.shape.p);
}

/// Septum (right, front), free wall (left, down), left posterior wall, base (right, up, back).
void draw_qrs(Anatomy& person) {
  RandomStream random = stream(person.who, kQrs);
  const double age = person.who.age_years;
  person.shape.qrs = {{0.23, 0.23, 0.21, {-0.05, -0.05, 0.25}},
                      {0.47, 0.30, 0.26, {1.10, 0.72, 0.15}},
                      {0.60, 0.28, 0.27, {0.10, 0.22, -1.02}},
                      {0.83, 0.20, 0.17, {-0.15, -0.10, -0.17}}};
  vary(person.shape.qrs, random, 0.012, 0.05);
  const double gain = (person.who.female ? 0.88 : 1.04) * spread_factor(random, 0.2);
  // The axis turns to the left with age; transition varies with the heart's rotation.
  const Rotation turn{bounded_normal(random, 0.006 - 0.0007 * (age - 45), 0.045, -0.13, 0.10),
                      bounded_normal(random, 0, 0.024, -0.055, 0.055)};
  const double spread[] = {0.40, 0.12, 0.28, 0.50};
  for (std::size_t i = 0; i < person.shape.qrs.size(); ++i) {
    ShapeWave& wave = person.shape.qrs[i];
    wave.mv = rotate(wave.mv * (gain * spread_factor(random, spread[i])), turn);
  }
  fit_visible_extent(person.shape.qrs);
}

/// A slow rise through the ST segment and a steeper fall; more to the front than the QRS.
void draw_t(Anatomy& person) {
  RandomStream random = stream(person.who, kT);
  person.shape.t = {{0.735, 0.40, 0.27, {0.235, 0.122, 0.150}},
                    {0.765, 0.24, 0.22, {0.105, 0.058, 0.085}}};
  vary(person.shape.t, random, 0.008, 0.06);
  const double gain = (person.who.female ? 0.82 : 1.1) * spread_factor(random, 0.30);
  const Rotation turn{
      bounded_normal(random, -0.01, 0.022, -0.06, 0.05),
      bounded_normal(random, person.who.female ? -0.01 : 0.012, 0.025, -0.055, 0.065)};
  for (ShapeWave& wave : person.shape.t) wave.mv = rotate(wave.mv * gain, turn);
  fit_visible_extent(person.shape.t, true);
}

void draw_field(Anatomy& person) {
  RandomStream random = stream(person.who, kField);
  person.field = average_lead_field();
  for (Vector3& vector : person.field) {
    const double gain = spread_factor(random, 0.06);
    const auto slip = [&random] { return bounded_normal(random, 0, 0.04, -0.1, 0.1); };
    vector = vector * gain + Vector3{slip(), slip(), slip()};
  }
}

}  // namespace

double bounded_normal(RandomStream& random, double mean, double sd, double low, double high) {
  ECG_ASSERT(low <= mean && mean <= high);  // else the wait may be long
  while (true) {
    const double value = random.normal(mean, sd);
    if (value >= low && value <= high) return value;
  }
}

double spread_factor(RandomStream& random, double log_sd) {
  return exact_exp(bounded_normal(random, 0, log_sd, -2.5 * log_sd, 2.5 * log_sd));
}

Anatomy draw_anatomy(std::uint64_t seed, std::uint64_t patient) {
  Anatomy person;
  person.who.seed = seed;
  person.who.patient = patient;
  draw_person(person);
  draw_intervals(person);
  draw_p(person);
  draw_qrs(person);
  draw_t(person);
  draw_field(person);
  return person;
}

}  // namespace ecg
