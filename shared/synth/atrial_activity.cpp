#include "synth/atrial_activity.h"

#include "core/exact_math.h"
#include "synth/streams.h"

namespace ecg {
namespace {

/// Sum of sin(2 pi k turns) / k for the first harmonics: a sawtooth without its sharp edge.
double sawtooth(double turns, int harmonics) {
  const double sine = exact_sin_turns(turns);
  const double cosine = exact_cos_turns(turns);
  double sk = sine;
  double ck = cosine;
  double sum = sine;
  for (int k = 2; k <= harmonics; ++k) {
    const double next = sk * cosine + ck * sine;
    ck = ck * cosine - sk * sine;
    sk = next;
    sum += sk / k;
  }
  return sum;
}

/// One source of fibrillation waves.
struct FibrillationSource {
  double rate_hz, phase_turns;
  double wander_hz, wander_turns, wander_phase;  ///< slow modulation of the rate
  double swell_hz, swell_phase;                  ///< and of the amplitude
  Vector3 mv;

  double at(double t) const {
    const double wander = wander_turns * exact_sin_turns(wander_hz * t + wander_phase);
    const double swell = 1 + 0.35 * exact_sin_turns(swell_hz * t + swell_phase);
    return swell * sawtooth(rate_hz * t + phase_turns + wander, 3);
  }
};

FibrillationSource draw_source(double rate_hz, const Vector3& mv, RandomStream& random) {
  FibrillationSource source{};
  source.rate_hz = rate_hz * random.uniform(0.88, 1.12);
  source.phase_turns = random.uniform();
  source.wander_hz = random.uniform(0.15, 0.5);
  source.wander_turns = random.uniform(0.15, 0.4);
  source.wander_phase = random.uniform();
  source.swell_hz = random.uniform(0.15, 0.6);
  source.swell_phase = random.uniform();
  source.mv = mv * spread_factor(random, 0.3);
  return source;
}

void add_fibrillation(double rate_hz, RandomStream& random, DipoleTrack& track) {
  const FibrillationSource sources[] = {
      draw_source(rate_hz, {-0.012, 0.008, 0.048}, random),
      draw_source(rate_hz, {0.010, 0.026, 0.012}, random),
      draw_source(rate_hz, {0.018, -0.012, 0.016}, random),
  };
  for (std::size_t i = 0; i < track.x.size(); ++i) {
    const double t = static_cast<double>(i) / track.sampling_rate_hz;
    Vector3 sum;
    for (const FibrillationSource& source : sources) sum += source.mv * source.at(t);
    track.x[i] += sum.x;
    track.y[i] += sum.y;
    track.z[i] += sum.z;
  }
}

void add_flutter(double rate_hz, RandomStream& random, DipoleTrack& track) {
  // sum sin(k)/k falls slowly and jumps up: typical (counterclockwise) flutter in II, III, aVF.
  const double size = spread_factor(random, 0.2);
  const Vector3 inferior = Vector3{0.010, 0.105, -0.010} * size;
  const Vector3 front = Vector3{-0.01, 0, 0.045} * size;  // V1: a small upright wave of its own
  for (std::size_t i = 0; i < track.x.size(); ++i) {
    const double turns = rate_hz * static_cast<double>(i) / track.sampling_rate_hz;
    const double saw = sawtooth(turns, 4);
    const double bump = exact_sin_turns(turns + 0.15);
    track.x[i] += inferior.x * saw + front.x * bump;
    track.y[i] += inferior.y * saw + front.y * bump;
    track.z[i] += inferior.z * saw + front.z * bump;
  }
}

}  // namespace

void add_atrial_activity(std::uint64_t seed, std::uint64_t index, const RhythmPlan& plan,
                         DipoleTrack& track) {
  RandomStream random = simulation_stream(seed, index, SimulationPart::kAtrialWaves);
  if (plan.atrial == AtrialWaves::kFibrillation) {
    add_fibrillation(plan.atrial_rate_hz, random, track);
  } else if (plan.atrial == AtrialWaves::kFlutter) {
    add_flutter(plan.atrial_rate_hz, random, track);
  }
}

}  // namespace ecg
