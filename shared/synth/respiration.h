#pragma once
// Respiration: one breathing rhythm that heart rate, amplitude, axis and baseline all follow.

#include <cstdint>

namespace ecg {

/// A breathing rhythm whose rate drifts slowly.
struct Respiration {
  double frequency_hz = 0.25;
  double phase_turns = 0;
  double drift_hz = 0.03;    ///< of the slow drift of the rate
  double drift_turns = 0.2;  ///< how far the drift shifts the phase
  double drift_phase_turns = 0;

  /// -1 (full expiration) to 1 (full inspiration).
  double at(double time_s) const;
};

/// The breathing of one recording.
Respiration draw_respiration(std::uint64_t seed, std::uint64_t index);

}  // namespace ecg
