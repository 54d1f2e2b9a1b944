#pragma once
// How leads depend on each other in people whose electrodes sit right.

#include <array>

#include "beat/electrode_swaps.h"

namespace ecg {

/// Inverse of the mean moments (I, II, V1 ... V6) of P, QRS and ST-T, lower triangle row by row.
/// Made from the PTB-XL records of odd number by `bench_swaps --fit`.
extern const std::array<std::array<double, 36>, kSwapParts> kSwapModel;

}  // namespace ecg
