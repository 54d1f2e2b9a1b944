#pragma once
// The masks of a batch, each drawn from its record's own counter: independent of batch size, threads
// and order.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

#include "core/result.h"
#include "pretext/mask.h"

namespace ecg {

/// Masks of several records that show equally many tokens each.
struct TokenBatch {
  at::Tensor hidden;         ///< [batch, tokens] float32, 1 = hidden
  at::Tensor visible_index;  ///< [batch, visible] int64, ascending
};

/// STDM masks of `records` (keys of the mask streams) in `epoch`. Errors: those of stdm_mask;
/// kInvalidArgument when the options do not hide equally many tokens in every draw.
Result<TokenBatch> draw_token_batch(const TokenGrid& grid, const StdmOptions& options,
                                    std::uint64_t seed, std::uint32_t epoch,
                                    std::span<const std::uint32_t> records);

}  // namespace ecg
