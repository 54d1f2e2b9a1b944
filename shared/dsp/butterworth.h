#pragma once
// Butterworth filters as second-order sections, and zero-phase (forward-backward) filtering.
//
// Everything is IEEE basic operations, square roots and exact_math, so that native and WebAssembly
// builds give the same bits.

#include <span>
#include <vector>

#include "core/result.h"
#include "core/signal.h"

namespace ecg {

enum class FilterKind { kLowPass, kHighPass, kBandPass, kBandStop };

/// H(z) = (b0 + b1/z + b2/z^2) / (1 + a1/z + a2/z^2).
struct Biquad {
  double b0, b1, b2, a1, a2;
};

/// Second-order sections of a digital Butterworth filter (bilinear transform, edges pre-warped, so
/// that the gain at each edge is exactly -3.01 dB, or -6.02 dB after forward-backward filtering).
/// Low-pass reads `high_hz`, high-pass `low_hz`, band-pass and band-stop both. As in SciPy, a band
/// filter of order n has 2n poles. Sections are scaled one by one: no intermediate value is huge.
/// Errors: kInvalidArgument for an order outside 1..16, or edges that are not
/// 0 < low_hz < high_hz < sampling_rate_hz / 2.
Result<std::vector<Biquad>> design_butterworth(FilterKind kind, int order, double low_hz,
                                               double high_hz, double sampling_rate_hz);

/// Magnitude of the cascade's frequency response at `frequency_hz` (one pass).
double filter_gain(std::span<const Biquad> sections, double frequency_hz, double sampling_rate_hz);

/// Samples by which zero-phase filtering extends a signal at each end: 3 (2 sections + 1), less
/// three for a first-order section; the rule of SciPy's sosfiltfilt.
SampleIndex zero_phase_padding(std::span<const Biquad> sections);

/// Filters in place, forward then backward: no phase shift, gain squared. Both ends are extended by
/// odd reflection (zero_phase_padding samples, at most all but one of the run) and start from the
/// steady state of their first value, as SciPy's sosfiltfilt does.
/// Gaps: each run of finite samples is filtered on its own; other samples stay as they are. There
/// is no minimum length: a run of one sample is treated as a constant. After a high-pass, a run
/// shorter than its period is flat rather than wrong: its baseline cannot be told from its content.
void filter_zero_phase(std::span<const Biquad> sections, std::span<float> samples);

/// The same for every lead, several leads at a time. Same bits as lead by lead.
void filter_zero_phase(std::span<const Biquad> sections, Signal& signal);

}  // namespace ecg
