#pragma once
// Change of sampling rate by a rational factor with a polyphase windowed-sinc filter.

#include <cstddef>
#include <cstdint>

#include "core/result.h"
#include "core/signal.h"

namespace ecg {

/// Rate ratio up / down in lowest terms.
struct ResampleRatio {
  std::int64_t up = 1;
  std::int64_t down = 1;
  double relative_error = 0;  ///< (up / down) / (exact ratio) - 1
};

/// The fraction nearest to to_hz / from_hz with both terms at most 4096. Exact for any two rates
/// whose ratio has such terms (360 -> 250 is 25/36, 257.3 -> 100 is 1000/2573); otherwise the
/// relative error is below 1.3e-4, and below 1e-6 unless the ratio is within 0.1 % of one with tiny
/// terms. Errors: kInvalidArgument if a rate is not positive and finite or the ratio is beyond
/// 1/4096..4096.
Result<ResampleRatio> resample_ratio(double from_hz, double to_hz);

/// Anti-alias filter: a sinc that is -6 dB at `cutoff` times the lower Nyquist frequency, under a
/// Kaiser window reaching `half_width` samples of the lower rate to each side.
/// Default: stop-band attenuation 80 dB from 1.08 times the lower Nyquist frequency on; pass-band
/// flat to 0.001 dB up to 0.76 times (38 Hz at 100 Hz), -0.94 dB at 0.85 times.
struct ResampleFilter {
  double half_width = 16;
  double kaiser_beta = 7.857;
  double cutoff = 0.92;
};

/// `signal` at another sampling rate: ceil(n * up / down) samples per lead, sample k at the time
/// k * down / up of the input. Linear phase without shift. Ends are extended by odd reflection.
/// Equal rates return the input unchanged, bit for bit. Each phase of the filter has unit sum:
/// constants stay constants, and an ST segment keeps its level within 5 uV from 100 Hz on
/// (resample_test.cpp). The result's rate is exactly from_hz * up / down.
/// Gaps: an output sample is NaN if one of the two input samples around its time is not finite;
/// elsewhere the filter sees gaps as bridged linearly, so that neighbours are not lost.
/// Errors: those of resample_ratio; kTooLarge beyond 2^30 values.
Result<Signal> resample(SignalView signal, double target_rate_hz);
Result<Signal> resample(SignalView signal, double target_rate_hz, const ResampleFilter& filter);

}  // namespace ecg
