// The physics-aware variant of STDM.

#include <algorithm>

#include "pretext/mask.h"
#include "pretext/mask_draw.h"

namespace ecg {
namespace {

using Flags = std::vector<std::uint8_t>;

std::size_t visible_of(const Flags& leads) {
  return static_cast<std::size_t>(std::count(leads.begin(), leads.end(), std::uint8_t{0}));
}

/// Whether a hidden limb lead stands beside two visible ones.
bool is_derivable(std::size_t limb_visible, std::size_t limb_hidden) {
  return limb_hidden > 0 && limb_visible >= 2;
}

/// If a hidden limb lead is derivable, hides all limb leads but one, drawn uniformly.
void hide_derivable(std::span<const Lead> rows, Flags& hidden_leads, RandomStream& random) {
  std::vector<std::size_t> limb_rows;
  std::size_t limb_hidden = 0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (!is_limb(rows[row])) continue;
    limb_rows.push_back(row);
    limb_hidden += hidden_leads[row];
  }
  if (!is_derivable(limb_rows.size() - limb_hidden, limb_hidden)) return;
  const std::size_t kept = random.below(static_cast<std::uint32_t>(limb_rows.size()));
  for (std::size_t i = 0; i < limb_rows.size(); ++i) hidden_leads[limb_rows[i]] = i != kept;
}

/// Leads that a draw leaves visible.
struct VisibleLeads {
  std::size_t all = 0;
  std::size_t chest = 0;
};

/// Those of the draw that leaves fewest.
VisibleLeads fewest_visible_leads(std::span<const Lead> rows, std::size_t drawn) {
  const auto limb = static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), is_limb));
  const std::size_t chest = rows.size() - limb;
  VisibleLeads fewest{rows.size() + 1, 0};
  for (std::size_t hidden = drawn > chest ? drawn - chest : 0; hidden <= std::min(drawn, limb);
       ++hidden) {
    const std::size_t limb_left = is_derivable(limb - hidden, hidden) ? 1 : limb - hidden;
    const std::size_t chest_left = chest - (drawn - hidden);
    if (limb_left + chest_left < fewest.all) fewest = {limb_left + chest_left, chest_left};
  }
  return fewest;
}

/// Hides `count` visible tokens of chest leads, drawn uniformly; false where there are fewer.
bool hide_chest_tokens(const TokenGrid& grid, std::span<const Lead> rows, std::size_t count,
                       TokenMask& mask, RandomStream& random) {
  std::vector<std::size_t> candidates;
  for (std::size_t token = 0; token < mask.size(); ++token) {
    if (!mask[token] && !is_limb(rows[grid.lead_of(token)])) candidates.push_back(token);
  }
  if (candidates.size() < count) return false;
  const Flags chosen = draw_flags(candidates.size(), count, random);
  for (std::size_t i = 0; i < candidates.size(); ++i) mask[candidates[i]] = chosen[i];
  return true;
}

}  // namespace

std::size_t stdm_physics_visible(const TokenGrid& grid, const StdmOptions& options,
                                 std::span<const Lead> rows, std::optional<double> masked_ratio) {
  const std::size_t columns = grid.columns - hidden_of(options.time_ratio, grid.columns);
  const auto leads = fewest_visible_leads(rows, hidden_of(options.lead_ratio, grid.leads));
  if (!masked_ratio) return leads.all * columns;
  const std::size_t wanted = std::min(
      leads.all * grid.columns, grid.token_count() - hidden_of(*masked_ratio, grid.token_count()));
  const std::size_t needed = (wanted + leads.all - 1) / leads.all;
  // Limb lead tokens cannot be hidden one by one: without enough chest leads, whole columns only.
  if (needed * leads.all - wanted <= needed * leads.chest) return wanted;
  return std::max<std::size_t>(wanted / leads.all, 1) * leads.all;
}

Result<TokenMask> stdm_physics_mask(const TokenGrid& grid, const StdmOptions& options,
                                    std::span<const Lead> rows, std::optional<double> masked_ratio,
                                    RandomStream& random) {
  if (auto checked = check_grid(grid); !checked) return checked.error();
  for (const auto& [name, ratio] :
       {std::pair("time_ratio", options.time_ratio), std::pair("lead_ratio", options.lead_ratio),
        std::pair("the mask ratio", masked_ratio.value_or(0))}) {
    if (auto checked = check_ratio(name, ratio); !checked) return checked.error();
  }
  if (rows.size() != grid.leads) {
    return invalid_mask(
        std::to_string(rows.size()) + " row names for " + std::to_string(grid.leads) + " leads",
        "name the lead of every row to hide derivable limb leads");
  }
  const std::size_t visible = stdm_physics_visible(grid, options, rows, masked_ratio);
  while (true) {
    Flags leads = draw_flags(grid.leads, hidden_of(options.lead_ratio, grid.leads), random);
    hide_derivable(rows, leads, random);
    const std::size_t shown = visible_of(leads);
    const std::size_t columns = std::min((visible + shown - 1) / shown, grid.columns);
    TokenMask mask =
        mask_from_both(grid, leads, draw_flags(grid.columns, grid.columns - columns, random));
    // The draw that leaves fewest leads always succeeds, so this ends.
    if (hide_chest_tokens(grid, rows, shown * columns - visible, mask, random)) return mask;
  }
}

}  // namespace ecg
