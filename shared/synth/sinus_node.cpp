#include "synth/sinus_node.h"

#include <algorithm>

#include "core/exact_math.h"

namespace ecg {

SlowWave::SlowWave(RandomStream& random) {
  for (std::size_t i = 0; i < frequency_hz_.size(); ++i) {
    frequency_hz_[i] = random.normal(0.095, 0.012);
    phase_turns_[i] = random.uniform();
  }
}

double SlowWave::at(double time_s) const {
  double sum = 0;
  for (std::size_t i = 0; i < frequency_hz_.size(); ++i) {
    sum += exact_sin_turns(frequency_hz_[i] * time_s + phase_turns_[i]);
  }
  return sum / 1.732;
}

SinusNode::SinusNode(double rate_bpm, const Anatomy& person, const Respiration& respiration,
                     RandomStream& random)
    : person_(person),
      respiration_(respiration),
      random_(random),
      slow_(random),
      base_rr_s_(60 / rate_bpm),
      // Vagal tone, and with it variability, fades as the rate rises.
      tone_(std::clamp(1.6 - rate_bpm / 110, 0.1, 1.2)),
      p_onset_s_(-kLeadIn_s - base_rr_s_ * random.uniform()),
      rr_s_(base_rr_s_),
      recovery_rr_s_(base_rr_s_) {}

SinusNode::Cycle SinusNode::next() {
  const double pr_s = person_.shape.pr_s - 0.0003 * (60 / rr_s_ - person_.resting_rate_bpm) +
                      bounded_normal(random_, 0, 0.0015, -0.004, 0.004);
  const Cycle cycle{p_onset_s_, std::max(0.1, pr_s), recovery_rr_s_};
  // Breathing in shortens RR.
  const double modulation = -person_.respiratory_variability * respiration_.at(p_onset_s_) +
                            person_.slow_variability * slow_.at(p_onset_s_) +
                            bounded_normal(random_, 0, 0.006, -0.015, 0.015);
  rr_s_ = base_rr_s_ * (1 + tone_ * modulation);
  recovery_rr_s_ += 0.25 * (rr_s_ - recovery_rr_s_);
  p_onset_s_ += rr_s_;
  return cycle;
}

}  // namespace ecg
