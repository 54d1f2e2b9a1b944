#include "io/count_scale.h"

#include <cmath>
#include <limits>

#include "core/assert.h"
#include "core/bit_cast.h"

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

std::uint32_t values_in_float(std::span<const std::int32_t> counts, const CountScale& scale,
                              float* values) {
  constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::min();  // has 32 bits
  const auto divisor = static_cast<float>(scale.counts_per_unit);
  const auto baseline = static_cast<std::int32_t>(scale.baseline);
  const std::int32_t missing = scale.missing.value_or(kNever);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    // Chosen by bits: a branch would keep the loop from becoming vector instructions.
    const std::uint32_t chosen = counts[i] == missing ? 0xFFFFFFFFu : 0u;
    const auto value = bit_cast<std::uint32_t>(static_cast<float>(counts[i] - baseline) / divisor);
    values[i] = bit_cast<float>((value & ~chosen) | (bit_cast<std::uint32_t>(kMissing) & chosen));
    sum += static_cast<std::uint32_t>(counts[i]);
  }
  return sum;
}

std::uint32_t values_in_double(std::span<const std::int32_t> counts, const CountScale& scale,
                               float* values) {
  const double divisor = scale.counts_per_unit, baseline = scale.baseline;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    values[i] = static_cast<float>((counts[i] - baseline) / divisor);
    sum += static_cast<std::uint32_t>(counts[i]);
  }
  if (!scale.missing) return sum;
  const std::int32_t missing = *scale.missing;
  for (std::size_t i = 0; i < counts.size(); ++i)
    values[i] = counts[i] == missing ? kMissing : values[i];
  return sum;
}

}  // namespace

std::uint32_t values_of_counts(std::span<const std::int32_t> counts, const CountScale& scale,
                               std::span<float> values) {
  ECG_ASSERT(counts.size() == values.size());
  return is_exact_in_float(scale) ? values_in_float(counts, scale, values.data())
                                  : values_in_double(counts, scale, values.data());
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

void signal_of_frames(std::span<const std::int32_t> frames, std::size_t frame_size,
                      std::size_t first, std::size_t own, std::span<std::int32_t> counts) {
  ECG_ASSERT(first + own <= frame_size && frames.size() / frame_size * own == counts.size());
  const std::int32_t* from = frames.data() + first;
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = from[i / own * frame_size + i % own];
}

}  // namespace ecg
