#pragma once
// Masks: which tokens a self-supervised task hides from the encoder.
//
// Every mask takes its randomness from one RandomStream (purpose kMask), so the same key hides the
// same tokens in trainer, command line and page. Counts are exact, not expected: every mask of one
// grid and one set of options hides equally many tokens, so that batches stay dense.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/philox.h"
#include "core/result.h"
#include "pretext/token_grid.h"

namespace ecg {

/// One value per token in the order of the grid (lead-major): 1 = hidden, 0 = visible.
using TokenMask = std::vector<std::uint8_t>;

/// Number of hidden tokens.
std::size_t hidden_count(const TokenMask& mask);

/// One character per token, lead-major: '1' = visible, '0' = hidden.
std::string visible_bits(const TokenMask& mask);

/// Hidden tokens of limb leads that could be computed exactly from what is visible: in their column
/// at least two limb leads are visible, which give the other four. `rows` names each row's lead;
/// rows beyond it count as no limb leads.
std::size_t derivable_hidden_count(const TokenMask& mask, const TokenGrid& grid,
                                   std::span<const Lead> rows);

/// Hides round(ratio * tokens) tokens drawn uniformly without replacement; at least one stays
/// visible. Errors: kInvalidArgument for an empty grid or a ratio outside [0, 1].
Result<TokenMask> random_mask(const TokenGrid& grid, double ratio, RandomStream& random);

/// Ratios of the spatio-temporal dual mask.
struct StdmOptions {
  double time_ratio = 0.5;  ///< share of the columns hidden in every lead
  double lead_ratio = 0.2;  ///< share of the leads hidden for the whole time
};

/// Spatio-temporal dual masking (STDM, as in CoRe-ECG): round(time_ratio * columns) columns hidden
/// in every lead and round(lead_ratio * leads) leads hidden wholly, both drawn uniformly without
/// replacement; at least one column and one lead stay visible. A token is visible when neither its
/// column nor its lead is hidden, so (leads - hidden leads) x (columns - hidden columns) are.
/// Errors: kInvalidArgument for an empty grid or a ratio outside [0, 1].
Result<TokenMask> stdm_mask(const TokenGrid& grid, const StdmOptions& options,
                            RandomStream& random);

/// Tokens that every draw of stdm_physics_mask shows: (fewest leads that a draw can leave visible)
/// x (columns - hidden columns), or, with a masked_ratio, tokens - round(masked_ratio * tokens),
/// but no more than those leads have tokens, and whole columns where too few chest leads are among
/// them. Preconditions: as stdm_physics_mask accepts.
std::size_t stdm_physics_visible(const TokenGrid& grid, const StdmOptions& options,
                                 std::span<const Lead> rows, std::optional<double> masked_ratio);

/// Physics-aware STDM: any two limb leads give the other four (III = II - I, ...), so a hidden limb
/// lead beside two visible ones could be computed rather than understood. Leads are drawn as by
/// stdm_mask; if a limb lead is then hidden beside two or more visible ones, all limb leads but one
/// (drawn uniformly) are hidden. stdm_physics_visible() tokens stay visible in every draw: the more
/// leads are left, the more columns are hidden, and what is over is hidden token by token among the
/// chest leads; a draw in which they do not suffice is repeated. No hidden limb lead token is
/// derivable. `rows` names the lead of every row. Errors: as stdm_mask; kInvalidArgument for `rows`
/// of another length or a masked_ratio outside [0, 1].
Result<TokenMask> stdm_physics_mask(const TokenGrid& grid, const StdmOptions& options,
                                    std::span<const Lead> rows, std::optional<double> masked_ratio,
                                    RandomStream& random);

/// STDM ratios that hide the share of tokens nearest to `masked_ratio` (clamped to what the grid
/// allows) while leads and columns keep the balance of the default options: the share of visible
/// leads is (1 - masked_ratio)^0.244, which is 0.8 at the default share of 0.6.
StdmOptions stdm_options_for_ratio(const TokenGrid& grid, double masked_ratio);

}  // namespace ecg
