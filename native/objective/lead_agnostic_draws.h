#pragma once
// What is drawn for one view of the lead-agnostic system: leads left out, hidden spans of time
// steps, and the steps that a step is to be told from. Each from one record's stream alone.

#include <cstdint>
#include <span>
#include <vector>

#include "core/philox.h"

namespace ecg {

/// Which time steps are hidden.
struct SpanMaskOptions {
  std::int64_t span = 10;  ///< steps in a row
  double share = 0.49;     ///< of all steps, over all spans
};

/// Steps that draw_span_mask hides: round(share * steps), at least 2 and at most steps - 1.
std::int64_t span_mask_count(std::int64_t steps, const SpanMaskOptions& options);

/// Hidden steps, ascending, exactly span_mask_count of them: spans of `span` steps, which may
/// overlap, start at steps drawn without replacement from [0, steps - span) until enough are
/// covered; the surplus is uncovered again at random. wav2vec 2.0 draws a number of spans instead
/// and uncovers down to the least covered record of its batch, which would make a record depend on
/// its batch. Precondition: steps >= 3.
std::vector<std::int64_t> draw_span_mask(std::int64_t steps, const SpanMaskOptions& options,
                                         RandomStream& random);

/// For every one of `count` hidden steps `negatives` others, uniform with replacement, as numbers
/// among the hidden steps: row t of [count, negatives] never holds t. Precondition: count >= 2.
std::vector<std::int64_t> draw_negatives(std::int64_t count, std::int64_t negatives,
                                         RandomStream& random);

/// Flags of the leads that a view keeps: each present one is dropped with this probability. Where
/// that would drop all, one of the present ones (uniform) stays, unlike in the source.
std::vector<std::uint8_t> draw_kept_leads(std::span<const std::uint8_t> present,
                                          double drop_probability, RandomStream& random);

}  // namespace ecg
