#pragma once
// Directions of a token's space that are set apart for what initial weights read and write.

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <vector>

#include "core/philox.h"

namespace ecg {

/// Orthonormal vectors of a token's width, all at right angles to each other.
struct Subspaces {
  /// Span of the column positions, most important first.
  std::vector<std::vector<double>> position;
  std::vector<std::vector<double>> direction;  ///< three axes of lead directions
  std::vector<std::vector<double>> content;    ///< axes of what a patch holds
};

/// Most content axes: the lowest cosine components of a patch.
inline constexpr std::size_t kMostContentAxes = 24;

/// Sets apart the span of `column_position` [columns, width] (at most a third of the width), three
/// axes of direction and up to `patch_samples` axes of content, the latter drawn from `random`. A
/// narrow token has fewer axes, first of content, then of direction.
Subspaces make_subspaces(const at::Tensor& column_position, std::size_t patch_samples,
                         RandomStream random);

}  // namespace ecg
