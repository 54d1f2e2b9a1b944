#pragma once
// Gaps: runs of samples that are not finite (NaN = missing).

#include <span>
#include <vector>

#include "core/signal.h"

namespace ecg {

/// The samples [begin, end).
struct SampleRange {
  SampleIndex begin = 0;
  SampleIndex end = 0;

  SampleIndex size() const { return end - begin; }
  bool operator==(const SampleRange&) const = default;
};

/// True if no sample is missing.
bool all_finite(std::span<const float> samples);

/// The longest runs of finite samples, in time order.
std::vector<SampleRange> finite_runs(std::span<const float> samples);

/// The runs of samples that are not finite, in time order.
std::vector<SampleRange> gaps(std::span<const float> samples);

/// Bridges every gap of at most `limit` samples: linearly between its neighbours, or with the one
/// neighbour's value at an end. Longer gaps, and a signal without any finite sample, stay as they
/// are. Returns how many samples are still missing.
SampleIndex interpolate_gaps(std::span<float> samples, SampleIndex limit);

}  // namespace ecg
