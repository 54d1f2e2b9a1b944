#include "export/quantise.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/bit_cast.h"

namespace ecg {

QuantisedMatrix quantise_columns(const std::vector<float>& values, std::int64_t rows,
                                 std::int64_t columns) {
  const auto width = static_cast<std::size_t>(columns);
  QuantisedMatrix result{std::vector<std::int8_t>(values.size()), std::vector<float>(width, 0.0F)};
  for (std::size_t i = 0; i < values.size(); ++i) {
    float& largest = result.scale[i % width];
    largest = std::max(largest, std::abs(values[i]));
  }
  for (float& scale : result.scale) scale = scale > 0 ? scale / kWeightLevels : 1.0F;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < width; ++column) {
      const std::size_t at = static_cast<std::size_t>(row) * width + column;
      result.levels[at] =
          static_cast<std::int8_t>(std::nearbyint(values[at] / result.scale[column]));
    }
  }
  return result;
}

std::uint16_t half_from_float(float value) {
  const auto bits = bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000U);
  const std::uint32_t magnitude = bits & 0x7fffffffU;
  if (magnitude > 0x7f800000U) return sign | 0x7e00U;  // NaN
  const float absolute = bit_cast<float>(magnitude);
  if (absolute >= 65520.0F) return sign | 0x7c00U;  // rounds to infinity
  if (absolute < 0x1p-14F) {                        // subnormal: a multiple of 2^-24
    return sign | static_cast<std::uint16_t>(std::nearbyint(absolute * 0x1p24F));
  }
  const std::uint32_t odd = magnitude >> 13 & 1U;
  const std::uint32_t rounded = magnitude + 0xfffU + odd;  // the carry may reach the exponent
  return sign | static_cast<std::uint16_t>((rounded >> 13) - (112U << 10));
}

float float_from_half(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000U) << 16;
  const std::uint32_t exponent = half >> 10 & 31U, fraction = half & 0x3ffU;
  if (exponent == 0) {
    const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
    return sign != 0 ? -magnitude : magnitude;
  }
  const std::uint32_t biased = exponent == 31 ? 255U : exponent + 112U;
  return bit_cast<float>(sign | biased << 23 | fraction << 13);
}

}  // namespace ecg
