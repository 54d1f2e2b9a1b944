#pragma once
// Heart: a person's beat shape and a rhythm's activations -> waves in time, and what is true of
// them.

#include <optional>
#include <vector>

#include "synth/anatomy.h"
#include "synth/respiration.h"
#include "synth/rhythm.h"
#include "synth/truth.h"
#include "synth/wave.h"

namespace ecg {

/// The waves of one beat; `p` is empty when no atrial wave belongs to it, `st` (with J, U and
/// atrial repolarisation waves) in health, `spike` unless it is paced.
struct BeatWaves {
  char symbol = 'N';
  int focus = 0;
  std::vector<Wave> p, qrs, st, t, spike;
};

/// Everything the heart does in a recording.
struct HeartWaves {
  std::vector<BeatWaves> beats;
  std::vector<std::vector<Wave>> blocked_p;
};

/// How one recording of a person differs from the next: posture and electrode placement.
struct Moment {
  double gain = 1;
  Rotation turn;
  LeadField field{};
};

/// The moment of recording `index`.
Moment draw_moment(std::uint64_t seed, std::uint64_t index, const Anatomy& person);

/// Gives every planned activation its waves. Breathing changes amplitude and axis; each beat
/// differs a little from the next.
HeartWaves heart_waves(const RhythmRequest& request, const RhythmPlan& plan, const Anatomy& person,
                       const Moment& moment, const Respiration& respiration);

/// Sum of all waves over `samples` samples from the start of the recording.
DipoleTrack dipole_of(const HeartWaves& heart, std::size_t samples, double rate_hz);

}  // namespace ecg
