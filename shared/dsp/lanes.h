#pragma once
// Small fixed-width vectors. GCC and Clang turn them into SSE or WebAssembly SIMD instructions;
// each lane is rounded as a scalar would be, and sums keep their written order, so every build
// agrees.

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

}  // namespace ecg
