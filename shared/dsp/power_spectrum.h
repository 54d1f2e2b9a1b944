#pragma once
// Power spectral density by Welch's method: averaged spectra of overlapping segments.

#include <cstddef>
#include <span>
#include <vector>

#include "core/result.h"
#include "core/signal.h"

namespace ecg {

struct WelchOptions {
  double segment_s = 4;  ///< length of a segment; sets the resolution 1 / segment_s
  double overlap = 0.5;  ///< part that neighbouring segments share, 0 to 0.95
};

/// One-sided densities in mV^2/Hz, lead-major.
struct PowerSpectrum {
  double bin_hz = 0;          ///< bin k lies at k * bin_hz
  std::size_t bin_count = 0;  ///< up to the Nyquist frequency
  std::vector<float> density;
  std::vector<SampleIndex> segments;  ///< per lead: how many were averaged

  std::span<const float> lead(std::size_t index) const {
    return std::span<const float>(density).subspan(index * bin_count, bin_count);
  }
};

/// Each segment (an even number of samples, or the whole signal if that is shorter) loses its mean,
/// is weighted with a periodic Hann window and transformed; as SciPy's welch. Segments with a
/// missing sample are left out; a lead without a complete segment has NaN densities. Errors:
/// kInvalidArgument (options out of range), kInsufficientData (fewer than 8 samples or a segment
/// shorter than that).
Result<PowerSpectrum> power_spectrum(SignalView signal, const WelchOptions& options = {});

/// Power between two frequencies in mV^2: the densities of the bins in [low_hz, high_hz) times the
/// bin width.
double band_power(std::span<const float> density, double bin_hz, double low_hz, double high_hz);

}  // namespace ecg
