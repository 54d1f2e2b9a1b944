#include "io/stored_counts.h"

#include <cmath>
#include <optional>

#include "io/text.h"
#include "io/units.h"

namespace ecg {
namespace {

std::optional<std::int32_t> count_of(float value_mv, const StoredScale& scale, CountRange range) {
  if (std::isnan(value_mv)) return range.missing;
  const double count =
      std::round(static_cast<double>(value_mv) * scale.counts_per_mv + scale.baseline);
  if (!(count >= range.lowest && count <= range.highest)) return std::nullopt;
  return static_cast<std::int32_t>(count);
}

bool restores_counts(std::span<const float> values_mv, const StoredScale& scale, CountRange range) {
  for (const float value : values_mv) {
    if (std::isnan(value)) continue;
    const auto count = count_of(value, scale, range);
    if (!count) return false;
    const auto restored = static_cast<float>((*count - scale.baseline) / scale.counts_per_mv);
    if (restored != value) return false;
  }
  return true;
}

}  // namespace

double StoredScale::counts_per_unit() const {
  const double per_mv = units_per_mv(unit);
  return per_mv > 0 ? counts_per_mv / per_mv : counts_per_mv;
}

StoredScale stored_scale(const Signal& signal, std::span<const Calibration> calibrations,
                         std::size_t lead, CountRange range, const StoredScale& fallback) {
  if (lead >= calibrations.size()) return fallback;
  const Calibration& stated = calibrations[lead];
  if (!std::isfinite(stated.counts_per_mv) || stated.counts_per_mv == 0) return fallback;
  if (!std::isfinite(stated.baseline)) return fallback;
  StoredScale scale = fallback;
  scale.counts_per_mv = stated.counts_per_mv;
  scale.baseline = stated.baseline;
  if (!stated.unit.empty()) scale.unit = stated.unit;
  if (stated.resolution_bits > 0) scale.resolution_bits = stated.resolution_bits;
  const bool voltage = units_per_mv(scale.unit) > 0;
  return !voltage || restores_counts(signal.lead(lead), scale, range) ? scale : fallback;
}

Result<std::vector<std::int32_t>> counts_of_lead(std::span<const float> values_mv,
                                                 const StoredScale& scale, CountRange range,
                                                 std::string_view lead_name) {
  std::vector<std::int32_t> counts;
  counts.reserve(values_mv.size());
  for (const float value : values_mv) {
    const auto count = count_of(value, scale, range);
    if (!count) {
      return Error{ErrorCode::kBadValue,
                   "lead " + std::string(lead_name) + " reaches " +
                       shortest_decimal(static_cast<double>(value)) +
                       (units_per_mv(scale.unit) > 0 ? " mV" : " " + scale.unit) +
                       ", beyond the counts from " + std::to_string(range.lowest) + " to " +
                       std::to_string(range.highest) + " at " +
                       shortest_decimal(scale.counts_per_mv) + " per mV",
                   "write it as CSV instead", "", std::nullopt};
    }
    counts.push_back(*count);
  }
  return counts;
}

}  // namespace ecg
