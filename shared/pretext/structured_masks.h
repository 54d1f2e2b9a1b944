#pragma once
// Masks with a structure in time or over leads: columns, leads, spans, blocks. Counts are exact
// unless a function says otherwise; at least one token always stays visible.

#include <array>
#include <cstddef>
#include <vector>

#include "pretext/mask.h"

namespace ecg {

/// Hides round(ratio * columns) columns in every lead (masked time autoencoder, MTAE).
/// Errors: kInvalidArgument for an empty grid or a ratio outside [0, 1].
Result<TokenMask> column_mask(const TokenGrid& grid, double ratio, RandomStream& random);

/// Hides round(ratio * leads) leads for the whole time (masked lead autoencoder, MLAE).
/// Errors: as column_mask.
Result<TokenMask> lead_mask(const TokenGrid& grid, double ratio, RandomStream& random);

/// Random lead masking (RLM, Oh 2022): each lead hidden with `probability`, so the count VARIES.
/// A draw that hides every lead is repeated; the published code lets such draws pass.
/// Errors: as column_mask; a probability of 1 is refused.
Result<TokenMask> random_lead_mask(const TokenGrid& grid, double probability, RandomStream& random);

/// Hides round(ratio * columns) tokens of each lead, drawn lead by lead (ST-MEM).
/// Errors: as column_mask.
Result<TokenMask> per_lead_mask(const TokenGrid& grid, double ratio, RandomStream& random);

/// Spans of one length per draw; the lengths hide about a QRS, a T wave, a whole beat.
struct MultiScaleOptions {
  double ratio = 0.75;                             ///< share of each lead's columns that is hidden
  std::array<double, 3> span_s = {0.1, 0.3, 1.0};  ///< one is drawn, each equally likely
  double per_lead_probability = 0.5;               ///< each lead its own spans, else one for all
};

/// Hides spans, rounded to whole columns (at least one), until round(ratio * columns) columns of
/// every lead are hidden; the last span is cut short to meet the count. `sampling_rate_hz` is that
/// of the grid's samples. Errors: as column_mask; a rate, patch or span that is not positive.
Result<TokenMask> multi_scale_mask(const TokenGrid& grid, double sampling_rate_hz,
                                   const MultiScaleOptions& options, RandomStream& random);

/// Spans over columns as in wav2vec 2.0 (fairseq-signals: p 0.65, length 10).
struct SpanOptions {
  double ratio = 0.65;      ///< spans are drawn until this share would be hidden without overlap
  std::size_t length = 10;  ///< columns per span
};

/// Columns hidden by int(ratio * columns / length + U[0, 1)) spans, at least two, whose starts are
/// drawn without replacement from [0, columns - length) and which may overlap: the published rule
/// before trimming. The count VARIES. Errors: kInvalidArgument for fewer than length + 2 columns,
/// a length of 0, or a ratio outside [0, 1].
Result<std::vector<std::uint8_t>> draw_spans(std::size_t columns, const SpanOptions& options,
                                             RandomStream& random);

/// Columns that draw_spans hides on average.
double expected_span_columns(std::size_t columns, const SpanOptions& options);

/// draw_spans trimmed to the same count in every draw. fairseq-signals trims to the smallest count
/// of a batch, which makes a mask depend on its neighbours; here every draw hides
/// floor(expected_span_columns) columns: too many lose columns at random, too few grow at random
/// edges of their spans. Errors: as draw_spans.
Result<TokenMask> span_mask(const TokenGrid& grid, const SpanOptions& options,
                            RandomStream& random);

/// Blocks of time in all leads (joint-embedding predictive architectures, JEPA).
struct BlockOptions {
  double ratio = 0.6;             ///< share of the columns hidden
  std::size_t blocks = 4;         ///< overlap allowed
  double smallest_share = 0.175;  ///< of the columns, per block
  double largest_share = 0.225;
};

/// Draws `blocks` blocks, then grows random edges or trims to exactly round(ratio * columns)
/// columns. Errors: as column_mask; no blocks; shares that are not 0 < smallest <= largest <= 1.
Result<TokenMask> block_mask(const TokenGrid& grid, const BlockOptions& options,
                             RandomStream& random);

}  // namespace ecg
