#pragma once
// Small fixed-width vectors. GCC and Clang turn them into SSE or WebAssembly SIMD instructions;
// each lane is rounded as a scalar would be, and sums keep their written order, so every build
// agrees.

#include <cstdint>
#include <cstring>

namespace ecg {

using FloatLanes = float __attribute__((vector_size(16)));    ///< four floats
using DoubleLanes = double __attribute__((vector_size(32)));  ///< four doubles

inline constexpr int kLaneCount = 4;

/// Reads or writes a lane type (or a single scalar) at any address.
template <typename Lanes, typename Scalar>
inline void load_lanes(Lanes& to, const Scalar* from) {
  std::memcpy(&to, from, sizeof to);
}
template <typename Lanes, typename Scalar>
inline void store_lanes(Scalar* to, const Lanes& from) {
  std::memcpy(to, &from, sizeof from);
}

/// Dot product, summed in a fixed order: four lanes, two accumulators, lane by lane, then the rest.
inline float dot(const float* a, const float* b, std::int64_t count) {
  FloatLanes even = {0, 0, 0, 0};
  FloatLanes odd = {0, 0, 0, 0};
  FloatLanes x, y;
  std::int64_t i = 0;
  for (; i + 2 * kLaneCount <= count; i += 2 * kLaneCount) {
    load_lanes(x, a + i);
    load_lanes(y, b + i);
    even += x * y;
    load_lanes(x, a + i + kLaneCount);
    load_lanes(y, b + i + kLaneCount);
    odd += x * y;
  }
  if (i + kLaneCount <= count) {
    load_lanes(x, a + i);
    load_lanes(y, b + i);
    even += x * y;
    i += kLaneCount;
  }
  even += odd;
  float sum = (even[0] + even[1]) + (even[2] + even[3]);
  for (; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace ecg
