#pragma once
// The masks of a batch, each drawn from its record's own counter: independent of batch size,
// threads and order.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <span>

#include "core/result.h"
#include "pretext/mask.h"

namespace ecg {

/// Masks of several records.
struct TokenBatch {
  at::Tensor hidden;         ///< [batch, tokens] float32, 1 = hidden
  at::Tensor visible_index;  ///< [batch, visible] int64, ascending; undefined where the records
                             ///< show different numbers of tokens
};

/// The mask of one record of a batch, drawn from the record's own stream.
using MaskDraw = std::function<Result<TokenMask>(std::size_t, RandomStream&)>;

/// Keys of records of one epoch (RandomKey, purpose and view left free).
std::vector<RandomKey> record_keys(std::uint64_t seed, std::uint32_t epoch,
                                   std::span<const std::uint32_t> records);

/// Masks of records by their keys (purpose kMask is set here). Errors: those of `draw`;
/// kInvalidArgument for a mask of another size.
Result<TokenBatch> draw_token_batch(const TokenGrid& grid, std::span<const RandomKey> keys,
                                    const MaskDraw& draw);

/// STDM masks of records. Errors: those of stdm_mask.
Result<TokenBatch> draw_token_batch(const TokenGrid& grid, const StdmOptions& options,
                                    std::span<const RandomKey> keys);

}  // namespace ecg
