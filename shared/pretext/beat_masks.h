#pragma once
// Masks that hide whole heartbeats on a grid of patches. Every column belongs to the beat whose R
// peak is nearest to its middle; counts are exact: the last beat drawn is hidden around its R peak
// only as far as the count allows.

#include <span>

#include "pretext/mask.h"

namespace ecg {

/// Hides beats, drawn uniformly, in all leads until round(ratio * columns) columns are hidden.
/// Errors: kInvalidArgument (empty grid, ratio outside [0, 1], R peaks that do not ascend from 0
/// on), kInsufficientData (no R peak).
Result<TokenMask> beat_mask(const TokenGrid& grid, std::span<const SampleIndex> r_peaks,
                            double ratio, RandomStream& random);

/// Hides single beats of single leads, drawn uniformly, until round(ratio * tokens) patches are
/// hidden (CLEAR: 0.8 of all beats of all leads). Errors: as beat_mask.
Result<TokenMask> beat_token_mask(const TokenGrid& grid, std::span<const SampleIndex> r_peaks,
                                  double ratio, RandomStream& random);

}  // namespace ecg
