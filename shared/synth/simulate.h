#pragma once
// The simulator: seed and index -> a recording with exact labels, the same bits on every platform.
//
// A cardiac dipole (synth/dipole.h) gives electrode potentials (synth/electrodes.h); noise enters
// at the electrodes; leads are formed last, so that Einthoven's and Goldberger's laws hold whatever
// the noise. Signals are computed in double precision with exact_math only.

#include <cstdint>
#include <optional>
#include <vector>

#include "core/recording.h"
#include "core/result.h"
#include "synth/catalogue.h"
#include "synth/truth.h"

namespace ecg {

/// What to simulate. Two recordings with equal options are equal bit for bit.
struct SimulationOptions {
  std::uint64_t seed = 1;   ///< names a simulated population
  std::uint64_t index = 0;  ///< recording within it, < 2^48
  /// Who is recorded, < 2^48; nullopt = person number `index`.
  std::optional<std::uint64_t> patient = {};
  double duration_s = 10;         ///< 1 to 3600
  double sampling_rate_hz = 500;  ///< 50 to 2000
  std::optional<double> heart_rate_bpm =
      {};                  ///< 20 to 250; nullopt = the patient's own at this moment
  double noise_scale = 1;  ///< 0 = none, 1 = a good resting ECG; at most 100
  Rhythm rhythm = Rhythm::kSinus;
  std::vector<Morphology> morphologies = {};  ///< applied to the patient in this order
  std::vector<Defect> defects = {};
  std::vector<Lead> leads = {kTwelveLeads.begin(), kTwelveLeads.end()};  ///< any but X, Y, Z, other
};

/// A recording and what is true of it.
struct Simulation {
  Recording
      recording;  ///< mV; annotations: beats ("N") and wave boundaries ("(", "p", "N", "t", ")")
  SimulationTruth truth;
};

/// Simulates one recording. Cost: a few milliseconds for 10 s x 12 leads at 500 Hz.
/// Errors: kInvalidArgument naming the option outside its range.
Result<Simulation> simulate(const SimulationOptions& options);

}  // namespace ecg
