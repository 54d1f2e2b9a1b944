#include "synth/ectopic_shape.h"

#include <algorithm>

#include "synth/streams.h"

namespace ecg {
namespace {

/// Usual places of ventricular foci and where their activation runs.
constexpr Vector3 kExits[] = {
    {0.30, 0.85, -0.45},   // right outflow tract: left bundle branch pattern, inferior axis
    {-0.65, 0.35, 0.65},   // left lateral wall: right bundle branch pattern, right axis
    {-0.10, -0.75, 0.65},  // left inferior wall: right bundle branch pattern, superior axis
    {0.65, -0.45, -0.60},  // right apex: left bundle branch pattern, superior axis
};

constexpr int kFocusView = 64;  // streams of foci, apart from those of the person's parts

/// QRS in three broad bumps along one direction, T against it.
BeatShape wide_shape(const Anatomy& person, const Vector3& direction, double qrs_s,
                     RandomStream& random) {
  const Rotation early{bounded_normal(random, 0.04, 0.02, -0.02, 0.1), 0.03};
  const Rotation late{bounded_normal(random, -0.05, 0.02, -0.1, 0.01), -0.04};
  BeatShape shape;
  shape.qrs_s = qrs_s;
  shape.qtc_s = person.shape.qtc_s + 0.7 * (qrs_s - person.shape.qrs_s);
  shape.qrs = {{0.32, 0.32, 0.30, rotate(direction * 0.60, early)},
               {0.54, 0.34, 0.32, direction},
               {0.78, 0.26, 0.22, rotate(direction * 0.35, late)}};
  shape.t = {{0.70, 0.42, 0.30, direction * -0.26}, {0.74, 0.22, 0.22, direction * -0.12}};
  fit_visible_extent(shape.qrs);
  fit_visible_extent(shape.t, true);
  return shape;
}

}  // namespace

BeatShape ventricular_shape(const Anatomy& person, int focus) {
  RandomStream random({.seed = person.who.seed,
                       .record = person.who.patient,
                       .view = static_cast<std::uint16_t>(kFocusView + focus),
                       .purpose = RandomPurpose::kSimulateAnatomy});
  RandomStream place({.seed = person.who.seed,
                      .record = person.who.patient,
                      .view = kFocusView - 1,
                      .purpose = RandomPurpose::kSimulateAnatomy});
  const std::size_t exit = (place.below(4) + static_cast<std::size_t>(focus)) % 4;
  const Rotation spread{bounded_normal(random, 0, 0.02, -0.05, 0.05),
                        bounded_normal(random, 0, 0.02, -0.05, 0.05)};
  const double size_mv = 1.25 * spread_factor(random, 0.12);
  const double qrs_s = bounded_normal(random, 0.145, 0.010, 0.128, 0.170);
  return wide_shape(person, rotate(kExits[exit] * size_mv, spread), qrs_s, random);
}

BeatShape paced_shape(const Anatomy& person) {
  RandomStream random({.seed = person.who.seed,
                       .record = person.who.patient,
                       .view = kFocusView - 2,
                       .purpose = RandomPurpose::kSimulateAnatomy});
  const double size_mv = 1.2 * spread_factor(random, 0.1);
  const double qrs_s = bounded_normal(random, 0.158, 0.008, 0.140, 0.180);
  return wide_shape(person, Vector3{0.62, -0.55, -0.55} * size_mv, qrs_s, random);
}

Wave pacing_spike(double qrs_onset_s) {
  constexpr double kHalfWidth_s = 0.002;
  return {qrs_onset_s - kHalfWidth_s, kHalfWidth_s, kHalfWidth_s, {0.5, -0.9, -0.4}};
}

std::vector<ShapeWave> ectopic_p(const Anatomy& person) {
  std::vector<ShapeWave> waves = person.shape.p;
  for (ShapeWave& wave : waves) wave.mv = {0.35 * wave.mv.x, -0.75 * wave.mv.y, wave.mv.z + 0.02};
  fit_visible_extent(waves);
  return waves;
}

}  // namespace ecg
