#include "plot/overview.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ecg {

Overview build_overview(const SignalView& signal, std::size_t lead, std::size_t columns) {
  Overview overview;
  overview.lead = lead;
  overview.duration_s = signal.duration_s();
  if (lead >= signal.lead_count || signal.sample_count <= 0 || columns == 0) return overview;
  const auto samples = static_cast<std::uint64_t>(signal.sample_count);
  const std::uint64_t count = std::min<std::uint64_t>(columns, samples);
  const auto values = signal.lead(lead);
  constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();
  overview.low_mv.assign(static_cast<std::size_t>(count), kNothing);
  overview.high_mv = overview.low_mv;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  float lowest = kInfinity, highest = -kInfinity;
  for (std::uint64_t column = 0; column < count; ++column) {
    float low = kInfinity, high = -kInfinity;
    const std::uint64_t end = (column + 1) * samples / count;
    for (std::uint64_t i = column * samples / count; i < end; ++i) {
      const float value = values[static_cast<std::size_t>(i)];
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    if (low > high) continue;  // nothing recorded here
    overview.low_mv[static_cast<std::size_t>(column)] = low;
    overview.high_mv[static_cast<std::size_t>(column)] = high;
    lowest = std::min(lowest, low);
    highest = std::max(highest, high);
  }
  if (lowest <= highest) {
    overview.lowest_mv = lowest;
    overview.highest_mv = highest;
  }
  return overview;
}

std::size_t rhythm_lead(const SignalView& signal) {
  if (const auto row = signal.find(Lead::kII)) return *row;
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    if (display_name(signal.leads[row]) == "MLII") return row;
  }
  for (const Lead lead : {Lead::kV1, Lead::kV5, Lead::kI}) {
    if (const auto row = signal.find(lead)) return *row;
  }
  return 0;
}

}  // namespace ecg
