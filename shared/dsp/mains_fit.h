#pragma once
// The parts of remove_mains: carriers, and the robust fit of slowly changing sines to one lead.

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "core/signal.h"

namespace ecg {

/// cos and sin of each harmonic of one frequency, over a whole signal.
class MainsCarriers {
 public:
  MainsCarriers(double frequency_hz, int harmonics, SampleIndex samples, double sampling_rate_hz);

  double frequency_hz() const { return frequency_hz_; }
  double sampling_rate_hz() const { return sampling_rate_hz_; }
  std::size_t harmonics() const { return cos_.size(); }
  const float* cos(std::size_t harmonic) const { return cos_[harmonic].data(); }
  const float* sin(std::size_t harmonic) const { return sin_[harmonic].data(); }

 private:
  double frequency_hz_;
  double sampling_rate_hz_;
  std::vector<std::vector<float>> cos_;
  std::vector<std::vector<float>> sin_;
};

/// Samples in a block of the fit: a quarter of a second.
SampleIndex mains_block(double sampling_rate_hz);

/// Sines of slowly changing height and phase in one lead. The sine of harmonic h is
/// Re(phasor exp(j h w n)), its phasor given at the middle of each block, linear in between.
struct MainsFit {
  std::vector<std::vector<std::complex<double>>> phasors;  ///< harmonics x blocks
  std::vector<double> prominence;  ///< per harmonic: mean power over that expected of noise
};

/// Sums of one block: sum of x exp(-j w n) over the samples that count, and their number.
struct BlockSum {
  std::complex<double> sum;
  double count = 0;
};

/// Block sums of the first harmonic, leaving out what is not quiet (QRS complexes, spikes).
std::vector<BlockSum> quiet_block_sums(std::span<const float> high_passed,
                                       const MainsCarriers& carriers);

/// Robust fit: three rounds, each on what the rounds before left, without the samples that exceed
/// what noise explains. `high_passed` holds the lead without its waves below 35 Hz.
MainsFit fit_mains(std::span<const float> high_passed, const MainsCarriers& carriers);

/// samples -= gain * sine of one harmonic.
void subtract_sine(std::span<float> samples, std::span<const std::complex<double>> phasors,
                   const MainsCarriers& carriers, std::size_t harmonic, double gain);

}  // namespace ecg
