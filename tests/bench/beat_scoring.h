#pragma once
// Beat detection scored as ANSI/AAMI EC57 asks: pairs within a window, gross and average figures.

#include <cstddef>
#include <span>
#include <vector>

#include "core/recording.h"

namespace ecg::bench {

/// Counts of one record or of several.
struct BeatScore {
  std::size_t hits = 0;
  std::size_t missed = 0;
  std::size_t extra = 0;

  double sensitivity() const;            ///< hits / (hits + missed)
  double positive_predictivity() const;  ///< hits / (hits + extra)
};

/// 95 % interval of a proportion (Wilson).
struct Interval {
  double low = 0, high = 1;
};
Interval wilson(std::size_t successes, std::size_t trials);

/// What a record's annotations say: beats, and stretches that EC57 leaves out (flutter "[" to "]").
struct ReferenceBeats {
  std::vector<SampleIndex> beats;
  std::vector<std::pair<SampleIndex, SampleIndex>> excluded;
};
ReferenceBeats reference_beats(std::span<const Annotation> annotations);

/// Pairs found beats with the nearest unpaired reference within `window` samples, from `start` on.
/// A pair that straddles `start` or the edge of an excluded stretch counts on neither side.
BeatScore score_beats(const ReferenceBeats& reference, std::span<const SampleIndex> found,
                      SampleIndex start, SampleIndex window);

}  // namespace ecg::bench
