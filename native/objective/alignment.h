#pragma once
// Views whose heartbeats lie at the same place: an R peak near the middle is moved to the middle,
// so that two views of a record share a beat's phase.

#include <cstddef>
#include <cstdint>
#include <span>

#include "pretext/mask.h"

namespace ecg {

/// How a view lies on its record's time axis.
enum class Alignment : std::uint8_t { kNone, kRPeak };

inline constexpr double kAlignmentReach_s = 0.5;   ///< an R peak no further from the middle
inline constexpr double kAlignmentJitter_s = 0.1;  ///< how far from the middle it may come to lie

/// Samples by which a view lies later than its record of `samples`: an R peak within
/// kAlignmentReach_s of the middle, drawn uniformly, comes to lie within kAlignmentJitter_s of it.
/// 0 where the record has fewer than two peaks or none near its middle. r_peaks: samples,
/// ascending. Draws the same number of words whatever the peaks.
SampleIndex alignment_shift(std::span<const std::int32_t> r_peaks, SampleIndex samples,
                            double sampling_rate_hz, RandomStream& random);

/// Columns [begin, end) of a grid.
struct ColumnRange {
  std::size_t begin = 0, end = 0;

  bool contains(std::size_t column) const { return column >= begin && column < end; }
};

/// Columns of a shifted view that lie within the record with all their samples.
ColumnRange covered_columns(const TokenGrid& grid, SampleIndex shift);

/// Hides all tokens outside `kept`, and shows as many of the same lead inside instead, so that the
/// number of visible tokens stays: those of the first columns, in an order drawn for the whole
/// mask, that are hidden for the lead. So columns that a mask hides in every lead stay hidden or
/// are shown in every lead that it shows. Where a lead has too few hidden columns left, fewer are
/// visible.
void move_into(TokenMask& mask, const TokenGrid& grid, ColumnRange kept, RandomStream& random);

}  // namespace ecg
