#pragma once
// Smaller number formats for weights: 8-bit integers per column, and IEEE half precision.

#include <cstdint>
#include <vector>

namespace ecg {

/// Largest magnitude of a quantised weight. 64 and not 127: 2 x 255 x 64 fits a signed 16-bit sum,
/// so processors that add two products in 16 bits (x86 without VNNI) do not saturate.
inline constexpr int kWeightLevels = 64;

/// A matrix [rows, columns] as integers; value = levels[row, column] * scale[column].
struct QuantisedMatrix {
  std::vector<std::int8_t> levels;
  std::vector<float> scale;
};

/// Rounds to the nearest level, symmetric, one scale per column (largest magnitude /
/// kWeightLevels). Every value is met within scale / 2. A column of zeros gets scale 1. `values` is
/// row-major.
QuantisedMatrix quantise_columns(const std::vector<float>& values, std::int64_t rows,
                                 std::int64_t columns);

/// IEEE 754 half precision, round to nearest even; too large becomes infinity.
std::uint16_t half_from_float(float value);

/// Exact.
float float_from_half(std::uint16_t half);

}  // namespace ecg
