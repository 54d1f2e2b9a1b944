#pragma once
// SinusNode: the clock of sinus rhythm, with the variability that breathing and vessel tone give
// it.

#include <array>

#include "synth/anatomy.h"
#include "synth/respiration.h"

namespace ecg {

/// Activity before a recording starts and after it ends, so that its edges show cut waves.
inline constexpr double kLeadIn_s = 3;
inline constexpr double kLeadOut_s = 2;

/// Heart rate variability near 0.1 Hz: three close sine waves, so that it swells and fades.
class SlowWave {
 public:
  explicit SlowWave(RandomStream& random);
  double at(double time_s) const;  ///< as strong as one sine wave of amplitude 1

 private:
  std::array<double, 3> frequency_hz_{};
  std::array<double, 3> phase_turns_{};
};

/// P onsets one after another, from kLeadIn_s or more before the recording.
class SinusNode {
 public:
  /// `person`, `respiration` and `random` must outlive the node.
  SinusNode(double rate_bpm, const Anatomy& person, const Respiration& respiration,
            RandomStream& random);

  struct Cycle {
    double p_onset_s = 0;
    double pr_s = 0;           ///< with normal conduction; shortens slightly with rate
    double recovery_rr_s = 0;  ///< RR that sets the QT: follows the rate with a lag
  };
  Cycle next();

  /// The interval from the last cycle to the next.
  double rr_s() const { return rr_s_; }

  /// Moves the next P onset, as a premature atrial beat or an arrest does.
  void reset(double p_onset_s) { p_onset_s_ = p_onset_s; }

 private:
  const Anatomy& person_;
  const Respiration& respiration_;
  RandomStream& random_;
  SlowWave slow_;
  double base_rr_s_;
  double tone_;
  double p_onset_s_;
  double rr_s_;
  double recovery_rr_s_;
};

}  // namespace ecg
