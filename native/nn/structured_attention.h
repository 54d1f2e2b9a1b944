#pragma once
// Attention over leads and heartbeats in the pattern of CLEAR (Pan et al., AAAI 2026). A sequence
// holds one CLS row per lead, then tokens of one heartbeat of one lead each. Who attends to whom:
//   CLS of lead i            itself, and every token of lead i
//   visible token of lead i  every visible token, and the CLS of lead i
//   hidden token (i, j)      the tokens of beat j in all leads, and the CLS of lead i
// No mask of rows x rows is made: rows are grouped by lead, by beat and by visibility, and every
// token adds one key of its own, its lead's CLS, to those of its group.

#include <torch/types.h>

#include <cstdint>

namespace ecg {

/// The rows of a sequence [batch, leads + tokens, width].
struct LeadBeatPattern {
  std::int64_t leads = 12;
  torch::Tensor lead;      ///< [batch, tokens] int64: place among the leads of every token
  torch::Tensor key_bias;  ///< [batch, tokens]: 0, or kHiddenKeyBias where nobody may attend to it

  /// Where some tokens are hidden; undefined = every token is visible. The tokens then are all of
  /// leads x beats, lead-major, the same in every record.
  torch::Tensor visible;  ///< [batch, tokens] bool
  torch::Tensor
      visible_index;           ///< [batch, shown] int64, distinct: the visible tokens, then fillers
  torch::Tensor visible_bias;  ///< [batch, shown]: 0, or kHiddenKeyBias for a filler
};

/// Queries, keys and values, each [batch, heads, leads + tokens, head width] -> what every row
/// attends to, in the same shape: an AttentionMix of TransformerBlock.
torch::Tensor structured_attention(const torch::Tensor& query, const torch::Tensor& key,
                                   const torch::Tensor& value, const LeadBeatPattern& pattern);

}  // namespace ecg
