#pragma once
// The filter of the resampler: a windowed sinc, cut into the phases of a rational rate change.

#include <cstdint>
#include <vector>

#include "dsp/resample.h"

namespace ecg {

/// Modified Bessel function of the first kind, order 0, by its power series (basic operations
/// only).
double bessel_i0(double x);

/// Coefficients by phase. Output k lies at input time base + phase / up with
/// phase = k * down mod up and base = k * down div up; its value is the sum over j < taps of
/// input[base + first + j] * coefficients[phase * taps + j].
struct PolyphaseBank {
  std::int64_t first = 0;           ///< offset of the first input sample, <= 0
  std::int64_t taps = 0;            ///< per phase, a multiple of the lane count (zeros at the end)
  std::vector<float> coefficients;  ///< up x taps; each phase sums to 1
};

/// Windowed sinc of `filter` for that ratio.
PolyphaseBank design_polyphase(const ResampleRatio& ratio, const ResampleFilter& filter);

}  // namespace ecg
