#pragma once
// TokenGrid: how a signal is cut into tokens, one token = one patch of one lead.

#include <cstddef>

#include "core/signal.h"

namespace ecg {

/// Tokens of a leads x samples signal, lead-major: token = lead * columns + column.
/// A column is the same patch of time in every lead.
struct TokenGrid {
  std::size_t leads = 12;
  std::size_t columns = 20;
  SampleIndex patch_samples = 50;

  std::size_t token_count() const { return leads * columns; }
  std::size_t token(std::size_t lead, std::size_t column) const { return lead * columns + column; }
  std::size_t lead_of(std::size_t token) const { return token / columns; }
  std::size_t column_of(std::size_t token) const { return token % columns; }

  /// Samples [begin, end) of a column.
  SampleIndex begin_sample(std::size_t column) const {
    return static_cast<SampleIndex>(column) * patch_samples;
  }
  SampleIndex end_sample(std::size_t column) const { return begin_sample(column) + patch_samples; }

  /// Column that holds a sample, or `columns` when the sample lies outside the grid.
  std::size_t column_at(SampleIndex sample) const {
    if (sample < 0 || patch_samples <= 0) return columns;
    const SampleIndex column = sample / patch_samples;
    return column < static_cast<SampleIndex>(columns) ? static_cast<std::size_t>(column) : columns;
  }

  bool operator==(const TokenGrid&) const = default;
};

/// Grid of a signal in patches of `patch_samples`; samples that fill no whole patch belong to none.
/// Precondition: patch_samples > 0.
inline TokenGrid token_grid_of(SignalView signal, SampleIndex patch_samples) {
  ECG_ASSERT(patch_samples > 0);
  return {signal.lead_count, static_cast<std::size_t>(signal.sample_count / patch_samples),
          patch_samples};
}

}  // namespace ecg
