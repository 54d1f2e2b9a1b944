#include "objective/alignment.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/assert.h"

namespace ecg {

SampleIndex alignment_shift(std::span<const std::int32_t> r_peaks, SampleIndex samples,
                            double sampling_rate_hz, RandomStream& random) {
  const double choice = random.uniform();
  const double jitter_s = random.uniform(-kAlignmentJitter_s, kAlignmentJitter_s);
  const SampleIndex middle = samples / 2;
  const auto reach = static_cast<SampleIndex>(kAlignmentReach_s * sampling_rate_hz);
  std::vector<SampleIndex> near;
  for (const std::int32_t peak : r_peaks) {
    if (std::abs(peak - middle) <= reach) near.push_back(peak);
  }
  if (r_peaks.size() < 2 || near.empty()) return 0;
  const auto chosen = static_cast<std::size_t>(choice * static_cast<double>(near.size()));
  const auto jitter = static_cast<SampleIndex>(std::lround(jitter_s * sampling_rate_hz));
  return middle - near[chosen] + jitter;
}

ColumnRange covered_columns(const TokenGrid& grid, SampleIndex shift) {
  const auto total = static_cast<SampleIndex>(grid.columns);
  const SampleIndex length = grid.patch_samples;
  const auto lost = [&](SampleIndex samples) {
    return std::min((std::max(samples, SampleIndex{0}) + length - 1) / length, total);
  };
  const SampleIndex begin = lost(shift), end = total - lost(-shift);
  return {static_cast<std::size_t>(begin), static_cast<std::size_t>(std::max(begin, end))};
}

void move_into(TokenMask& mask, const TokenGrid& grid, ColumnRange kept, RandomStream& random) {
  ECG_ASSERT(mask.size() == grid.token_count());
  std::vector<std::size_t> order;
  for (std::size_t column = kept.begin; column < kept.end; ++column) order.push_back(column);
  random.shuffle(std::span(order));
  for (std::size_t lead = 0; lead < grid.leads; ++lead) {
    auto free = order.begin();
    for (std::size_t column = 0; column < grid.columns; ++column) {
      std::uint8_t& hidden = mask[grid.token(lead, column)];
      if (kept.contains(column) || hidden != 0) continue;
      hidden = 1;
      const auto is_hidden = [&](std::size_t c) { return mask[grid.token(lead, c)] != 0; };
      free = std::find_if(free, order.end(), is_hidden);
      if (free != order.end()) mask[grid.token(lead, *free++)] = 0;
    }
  }
}

}  // namespace ecg
