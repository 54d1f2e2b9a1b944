#pragma once
// Samples of one lead -> polylines on the sheet.

#include <vector>

#include "core/signal.h"
#include "plot/scene.h"

namespace ecg {

/// The samples of `strip` (its lead, begin_s <= t < end_s) as polylines appended to `lines`, with
/// `strip_index` as their strip. A non-finite sample ends one line; the next finite one begins
/// another. Decimation: see build_scene().
void append_trace(std::vector<SceneLine>& lines, const SignalView& signal, const Strip& strip,
                  std::size_t strip_index, double px_per_mm);

/// First sample at or after `time_s`, limited to [0, sample_count]. A time that misses a sample by
/// rounding alone (a millionth of a sample) counts as that sample.
SampleIndex first_sample_at(const SignalView& signal, double time_s);

}  // namespace ecg
