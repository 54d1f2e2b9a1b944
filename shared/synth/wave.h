#pragma once
// Wave: one bump of the cardiac dipole, the brick of which every P, QRS and T is built.
//
// The bump is (1 - u^2)^3 for |u| < 1: within 3 % of its height a Gaussian of a third of its
// half-width, but it begins and ends at an instant, needs no exponential, and has the same bits
// everywhere.

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "synth/truth.h"
#include "synth/vector3.h"

namespace ecg {

/// A bump: largest at `centre_s`, zero before centre - before and after centre + after.
struct Wave {
  double centre_s = 0;
  double before_s = 0;  ///< > 0
  double after_s = 0;   ///< > 0
  Vector3 mv;           ///< dipole at the centre

  double begin_s() const { return centre_s - before_s; }
  double end_s() const { return centre_s + after_s; }
};

/// Height of a wave in 0..1 at a time.
double wave_height(const Wave& wave, double time_s);

/// Time integral of a wave, mV s.
Vector3 wave_area(const Wave& wave);

/// The cardiac dipole over time: three axes of equal length.
struct DipoleTrack {
  double sampling_rate_hz = 0;
  std::vector<double> x, y, z;

  DipoleTrack(std::size_t samples, double rate_hz)
      : sampling_rate_hz(rate_hz), x(samples), y(samples), z(samples) {}
};

/// Adds a wave to the samples it covers.
void add_wave(const Wave& wave, DipoleTrack& track);

/// Onset, peak and offset of the sum of some waves as truth.h defines them, to 0.5 ms.
/// Precondition: not empty.
WaveTruth measure_waves(std::span<const Wave> waves);

}  // namespace ecg
