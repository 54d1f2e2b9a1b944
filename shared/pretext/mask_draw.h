#pragma once
// What the masks share: checks of a request, exact counts, draws without replacement.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/philox.h"
#include "core/result.h"
#include "pretext/token_grid.h"

namespace ecg {

/// A kInvalidArgument error.
Error invalid_mask(std::string message, std::string hint);

/// Errors: kInvalidArgument for a grid without tokens.
Result<void> check_grid(const TokenGrid& grid);

/// Errors: kInvalidArgument unless 0 <= ratio <= 1 (NaN is refused); `name` opens the message.
Result<void> check_ratio(const char* name, double ratio);

/// round(ratio * count), but at most count - 1 so that something stays visible.
std::size_t hidden_of(double ratio, std::size_t count);

/// Flags of `drawn` out of `count` items, uniform without replacement.
std::vector<std::uint8_t> draw_flags(std::size_t count, std::size_t drawn, RandomStream& random);

/// The mask of a grid that hides the flagged columns in every lead.
std::vector<std::uint8_t> mask_from_columns(const TokenGrid& grid,
                                            const std::vector<std::uint8_t>& columns);

/// The mask of a grid that hides the flagged leads and the flagged columns.
std::vector<std::uint8_t> mask_from_both(const TokenGrid& grid,
                                         const std::vector<std::uint8_t>& leads,
                                         const std::vector<std::uint8_t>& columns);

/// I, II, III, aVR, aVL or aVF.
inline bool is_limb(Lead lead) { return lead <= Lead::kAvf; }

}  // namespace ecg
