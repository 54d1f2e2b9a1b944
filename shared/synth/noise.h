#pragma once
// Noise of an electrode: what skin, muscle and mains add before leads are formed.

#include <cstdint>
#include <span>

#include "core/philox.h"
#include "synth/electrodes.h"
#include "synth/respiration.h"

namespace ecg {

/// Strength of each kind of noise in one recording, mV.
struct NoiseLevels {
  double wander_mv = 0;     ///< RMS of the slow drift of one electrode
  double breathing_mv = 0;  ///< amplitude of the drift that follows respiration
  double muscle_mv = 0;     ///< RMS at a chest electrode
  double mains_mv = 0;      ///< amplitude of the fundamental
  double mains_hz = 50;
  double mains_turns = 0;  ///< phase at the start
};

/// Levels of a resting recording of good quality, times `scale`.
NoiseLevels draw_noise_levels(std::uint64_t seed, std::uint64_t index, double scale);

/// Adds the noise of one electrode to its potential.
void add_electrode_noise(const NoiseLevels& levels, Electrode electrode,
                         const Respiration& respiration, double sampling_rate_hz,
                         RandomStream& random, std::span<double> potential_mv);

}  // namespace ecg
