#include "io/count_scale.h"

#include <cmath>
#include <limits>

#include "core/assert.h"

namespace ecg {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
constexpr std::int32_t kExactInFloat = 1 << 24;

/// True where float32 arithmetic gives the same bits as float64 rounded once: if the difference and
/// the divisor are float32 numbers, 53 bits are more than twice 24 and two, and then rounding a
/// quotient twice is rounding it once (Figueroa, "When is double rounding innocuous?", 1995).
/// Subnormal and overflowing quotients are kept out by the bounds of the divisor.
bool is_exact_in_float(const CountScale& scale) {
  const double divisor = std::fabs(scale.counts_per_unit);
  return scale.count_bits <= 24 && std::fabs(scale.baseline) <= kExactInFloat / 2 &&
         scale.baseline == std::trunc(scale.baseline) && divisor > 1e-20 && divisor < 1e20 &&
         static_cast<double>(static_cast<float>(scale.counts_per_unit)) == scale.counts_per_unit;
}

void values_in_float(std::span<const std::int32_t> counts, const CountScale& scale, float* values) {
  const auto divisor = static_cast<float>(scale.counts_per_unit);
  const auto baseline = static_cast<std::int32_t>(scale.baseline);
  for (std::size_t i = 0; i < counts.size(); ++i)
    values[i] = static_cast<float>(counts[i] - baseline) / divisor;
}

void values_in_double(std::span<const std::int32_t> counts, const CountScale& scale,
                      float* values) {
  const double divisor = scale.counts_per_unit, baseline = scale.baseline;
  for (std::size_t i = 0; i < counts.size(); ++i)
    values[i] = static_cast<float>((counts[i] - baseline) / divisor);
}

}  // namespace

void values_of_counts(std::span<const std::int32_t> counts, const CountScale& scale,
                      std::span<float> values) {
  ECG_ASSERT(counts.size() == values.size());
  if (is_exact_in_float(scale)) {
    values_in_float(counts, scale, values.data());
  } else {
    values_in_double(counts, scale, values.data());
  }
  if (!scale.missing) return;
  const std::int32_t missing = *scale.missing;
  for (std::size_t i = 0; i < counts.size(); ++i)
    values[i] = counts[i] == missing ? kMissing : values[i];
}

std::pair<std::int32_t, std::int32_t> extremes_of_counts(std::span<const std::int32_t> counts) {
  ECG_ASSERT(!counts.empty());
  std::int32_t lowest = counts[0], highest = counts[0];
  for (const std::int32_t count : counts) {
    lowest = count < lowest ? count : lowest;
    highest = count > highest ? count : highest;
  }
  return {lowest, highest};
}

std::uint32_t sum_of_counts(std::span<const std::int32_t> counts) {
  std::uint32_t sum = 0;
  for (const std::int32_t count : counts) sum += static_cast<std::uint32_t>(count);
  return sum;
}

void signal_of_frames(std::span<const std::int32_t> frames, std::size_t frame_size,
                      std::size_t first, std::size_t own, std::span<std::int32_t> counts) {
  ECG_ASSERT(first + own <= frame_size && frames.size() / frame_size * own == counts.size());
  const std::int32_t* from = frames.data() + first;
  if (own == 1) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = from[i * frame_size];
    return;
  }
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = from[i / own * frame_size + i % own];
}

}  // namespace ecg
