#pragma once
// Beats that look alike, aligned and averaged, for delineation.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/signal.h"

namespace ecg {

/// Some leads at a lower rate: block averages, lead-major. Grid point k stands for the samples
/// k * factor .. k * factor + factor - 1 counted from sample `begin`.
struct LeadGrid {
  SampleIndex begin = 0;
  SampleIndex factor = 1;
  double rate_hz = 0;
  SampleIndex points = 0;
  std::size_t lead_count = 0;
  std::vector<float> values;        ///< mV
  std::vector<std::uint8_t> holes;  ///< per lead: some value is missing

  std::span<const float> lead(std::size_t l) const {
    return {values.data() + l * static_cast<std::size_t>(points), static_cast<std::size_t>(points)};
  }
};

/// The rows of a signal from sample `begin` to `end`, on a grid of 250 to 500 Hz (or the signal's
/// own rate where that is lower).
LeadGrid lead_grid(SignalView signal, std::span<const std::size_t> rows, SampleIndex begin,
                   SampleIndex end);

/// Part of a beat around its R peak, in grid points: [-before, after].
struct BeatSpan {
  SampleIndex before = 0, after = 0;

  SampleIndex size() const { return before + after + 1; }
};

/// One beat of a group.
struct GroupMember {
  std::size_t beat = 0;    ///< position in the list of beats
  SampleIndex centre = 0;  ///< grid point that lies on the average's R peak
};

/// Beats of one shape, and their mean.
struct BeatGroup {
  std::vector<GroupMember> members;  ///< ascending
  std::vector<float> mean;           ///< mV, lead-major, BeatSpan::size() values per lead
  std::vector<float> spread;  ///< per lead: rms difference of one member from the mean before
                              ///< the QRS, mV; of a single beat its fine noise
  std::vector<std::uint8_t> spikes;  ///< per point: leads from which a pacing spike was taken out
  std::vector<int> counts;           ///< per lead: members without missing samples
};

/// Sorts beats by shape in all leads (sort_beats; missing samples count as 0, the signal as
/// constant beyond its ends), lays those of a group on each other where the slopes of their QRS fit
/// best, and averages them. `centres`: grid points of the R peaks, ascending. Members that cross
/// the ends of the grid are averaged only in a group that has no others.
std::vector<BeatGroup> group_beats(const LeadGrid& grid, std::span<const SampleIndex> centres,
                                   const BeatSpan& span);

}  // namespace ecg
