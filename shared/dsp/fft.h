#pragma once
// Fourier transforms of real signals, four leads at a time (KissFFT in its SIMD mode).

#include <complex>
#include <memory>
#include <span>

#include "core/result.h"
#include "core/signal.h"

namespace ecg {

/// Tables and work memory for transforms of one length; make once, use often. Movable. A plan
/// serves one thread at a time. float32 throughout: errors grow to about 1e-6 of the largest value.
class FftPlan {
 public:
  /// Leads transformed together in one call.
  static constexpr std::size_t kLanes = 4;

  /// Any even length from 2 to 2^26. Fast when the length has no prime factor above 5 (a factor p
  /// costs p operations per sample); fast_fft_length() gives such lengths.
  /// Errors: kInvalidArgument for an odd or unsupported length.
  static Result<FftPlan> create(SampleIndex length);

  FftPlan(FftPlan&&) noexcept;
  FftPlan& operator=(FftPlan&&) noexcept;
  ~FftPlan();

  SampleIndex length() const;

  /// Bins of a spectrum: length / 2 + 1, from 0 Hz to the Nyquist frequency.
  SampleIndex bin_count() const;

  /// X[k] = sum over n of x[n] exp(-2 pi i k n / length), unscaled. One to four signals of length()
  /// samples each, and as many spectra of bin_count() values.
  void forward(std::span<const float* const> signals,
               std::span<std::complex<float>* const> spectra);

  /// The inverse, scaled by 1 / length: inverse(forward(x)) = x. The imaginary parts at 0 Hz and at
  /// the Nyquist frequency are ignored.
  void inverse(std::span<const std::complex<float>* const> spectra,
               std::span<float* const> signals);

 private:
  struct State;
  explicit FftPlan(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Smallest even length >= `length` without prime factors above 5. Precondition: 0 <= length <=
/// 2^26.
SampleIndex fast_fft_length(SampleIndex length);

}  // namespace ecg
