#include "synth/rhythm.h"

#include <algorithm>
#include <array>

#include "core/exact_math.h"
#include "synth/streams.h"

namespace ecg {
namespace {

constexpr double kLeadIn_s = 3;    // activity before the recording starts
constexpr double kLeadOut_s = 2;   // and after it ends

/// Heart rate variability near 0.1 Hz: three close sine waves, so that it swells and fades.
struct SlowWave {
  std::array<double, 3> frequency_hz{};
  std::array<double, 3> phase_turns{};

  explicit SlowWave(RandomStream& random) {
    for (std::size_t i = 0; i < frequency_hz.size(); ++i) {
      frequency_hz[i] = random.normal(0.095, 0.012);
      phase_turns[i] = random.uniform();
    }
  }

  double at(double time_s) const {
    double sum = 0;
    for (std::size_t i = 0; i < frequency_hz.size(); ++i) {
      sum += exact_sin_turns(frequency_hz[i] * time_s + phase_turns[i]);
    }
    return sum / 1.732;  // as strong as one sine wave
  }
};

}  // namespace

RhythmPlan plan_sinus(const RhythmRequest& request, const Anatomy& person,
                      const Respiration& respiration) {
  RandomStream random =
      simulation_stream(request.seed, request.index, SimulationPart::kIntervals);
  const SlowWave slow(random);
  const double base_rr_s = 60 / request.rate_bpm;
  // Vagal tone, and with it variability, fades as the rate rises.
  const double tone = std::clamp(1.6 - request.rate_bpm / 110, 0.1, 1.2);
  RhythmPlan plan;
  double p_onset_s = -kLeadIn_s - base_rr_s * random.uniform();
  double rr_s = base_rr_s;
  double recovery_rr_s = base_rr_s;
  while (p_onset_s < request.duration_s + kLeadOut_s) {
    const double pr_s = person.shape.pr_s - 0.0003 * (60 / rr_s - person.resting_rate_bpm) +
                        bounded_normal(random, 0, 0.0015, -0.004, 0.004);
    plan.beats.push_back({p_onset_s + std::max(0.1, pr_s), recovery_rr_s, p_onset_s, 'N'});
    // Breathing in shortens RR.
    const double modulation = -person.respiratory_variability * respiration.at(p_onset_s) +
                              person.slow_variability * slow.at(p_onset_s) +
                              bounded_normal(random, 0, 0.006, -0.015, 0.015);
    rr_s = base_rr_s * (1 + tone * modulation);
    recovery_rr_s += 0.25 * (rr_s - recovery_rr_s);  // QT follows the rate with a lag
    p_onset_s += rr_s;
  }
  return plan;
}

}  // namespace ecg
