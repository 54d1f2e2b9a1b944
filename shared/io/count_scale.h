#pragma once
// From stored counts to the values they stand for: the inner loops of the binary formats.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

namespace ecg {

/// What the counts of one signal mean.
struct CountScale {
  double counts_per_unit = 1;  ///< of the unit that comes out, mV for voltages; finite, not 0
  double baseline = 0;         ///< count of 0
  std::optional<std::int32_t> missing = std::nullopt;  ///< the count of a sample that is not there
  int count_bits = 32;  ///< no count is larger than 2^(count_bits - 1), either way
};

/// values[i] = (counts[i] - baseline) / counts_per_unit, computed in float64 and rounded once to
/// float32; NaN where the count is `missing`. Returns the sum of the counts modulo 2^32, which
/// files state as a checksum. Precondition: equal sizes.
std::uint32_t values_of_counts(std::span<const std::int32_t> counts, const CountScale& scale,
                               std::span<float> values);

/// The lowest and the highest of some counts. Precondition: there is one.
std::pair<std::int32_t, std::int32_t> extremes_of_counts(std::span<const std::int32_t> counts);

/// Takes one signal out of frames: the `own` counts from `first` on of each `frame_size`.
/// Preconditions: `frames` holds whole frames, and `counts` own x as many.
void signal_of_frames(std::span<const std::int32_t> frames, std::size_t frame_size,
                      std::size_t first, std::size_t own, std::span<std::int32_t> counts);

/// How many counts are decoded at a time: as many as stay in the nearest cache on their way.
inline constexpr std::size_t kCountsAtOnce = 4096;

}  // namespace ecg
