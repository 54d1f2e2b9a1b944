#pragma once
// A curve of slopes around a beat, and the walk along it to where a wave begins or ends.

#include <algorithm>
#include <span>

#include "core/signal.h"

namespace ecg {

/// Values at grid points relative to the beat's centre; the first and the last go on for ever.
struct Curve {
  std::span<const float> values;
  SampleIndex before = 0;

  SampleIndex first() const { return -before; }
  SampleIndex last() const { return static_cast<SampleIndex>(values.size()) - 1 - before; }
  float operator[](SampleIndex at) const {
    return values[static_cast<std::size_t>(std::clamp(at, first(), last()) + before)];
  }
  SampleIndex top(SampleIndex begin, SampleIndex end) const {
    SampleIndex best = begin;
    for (SampleIndex i = begin; i <= end; ++i) {
      if ((*this)[i] > (*this)[best]) best = i;
    }
    return best;
  }
  float lowest(SampleIndex begin, SampleIndex end) const {
    float low = (*this)[begin];
    for (SampleIndex i = begin; i <= end; ++i) low = std::min(low, (*this)[i]);
    return low;
  }
};

/// Walks from `from` towards `limit` until the curve falls below `threshold` and does not rise
/// above twice that within `quiet` points. Returns where it falls below, interpolated, or `limit`.
float walk_to_rest(const Curve& curve, SampleIndex from, SampleIndex limit, float threshold,
                   SampleIndex quiet);

}  // namespace ecg
