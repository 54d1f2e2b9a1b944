#pragma once
// Z-score: subtract the mean, divide by the standard deviation. Missing samples are left out.

#include <cstddef>
#include <span>
#include <vector>

#include "core/signal.h"

namespace ecg {

/// What z-scoring took away: original = value * scale + offset.
struct OffsetScale {
  double offset = 0;  ///< mean
  double scale = 1;   ///< standard deviation (divided by n, not n - 1)
};

/// Standard deviations below this count as none: 0.1 uV, under the resolution of any ECG converter.
inline constexpr double kFlatMv = 1e-4;

/// Mean and standard deviation of the finite samples. The scale is 1 where they are constant
/// (deviation below kFlatMv) and the offset 0 where there are none.
OffsetScale offset_scale(std::span<const float> samples);

/// The same over the samples of all the given leads together (rows of `signal`).
OffsetScale offset_scale(SignalView signal, std::span<const std::size_t> leads);

/// True if no finite sample differs from the others by more than rounding: deviation below kFlatMv.
/// Also true without any finite sample.
bool is_flat(std::span<const float> samples);

/// value = (value - offset) / scale; missing samples stay missing.
void apply_offset_scale(std::span<float> samples, const OffsetScale& by);

/// Z-scores every lead with one mean and deviation over all leads. Returns them.
OffsetScale zscore_record(Signal& signal);

/// Z-scores each lead by itself. Returns one pair per lead; constant leads become 0.
std::vector<OffsetScale> zscore_leads(Signal& signal);

}  // namespace ecg
