#pragma once
// Anatomy: a simulated person, drawn once and the same in every recording.

#include <cstdint>

#include "core/philox.h"
#include "synth/beat_shape.h"
#include "synth/electrodes.h"
#include "synth/truth.h"

namespace ecg {

/// What does not change from one recording of a person to the next.
struct Anatomy {
  PatientTruth who;
  double resting_rate_bpm = 0;
  double respiratory_variability = 0;  ///< RR modulation by breathing, share of RR
  double slow_variability = 0;         ///< RR modulation near 0.1 Hz, share of RR
  LeadField field{};
  BeatShape shape;  ///< normal conduction
};

/// Person `patient` of the population `seed`: an adult with a normal heart. Age, sex, heart axis,
/// amplitudes, widths and intervals are drawn within the limits of normal.
Anatomy draw_anatomy(std::uint64_t seed, std::uint64_t patient);

/// Normal draw, repeated until within [low, high].
double bounded_normal(RandomStream& random, double mean, double sd, double low, double high);

/// Factor around 1 whose logarithm is normal with this standard deviation, within 2.5 of them.
double spread_factor(RandomStream& random, double log_sd);

}  // namespace ecg
