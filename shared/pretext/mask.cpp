#include "pretext/mask.h"

#include <algorithm>

#include "core/exact_math.h"
#include "pretext/mask_draw.h"

namespace ecg {
namespace {

bool is_limb(Lead lead) { return lead <= Lead::kAvf; }

/// If a limb lead is hidden, hides all limb leads but one, drawn uniformly.
void hide_derivable(const std::vector<Lead>& rows, std::vector<std::uint8_t>& hidden_leads,
                    RandomStream& random) {
  std::vector<std::size_t> limb_rows;
  bool any_hidden = false;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (!is_limb(rows[row])) continue;
    limb_rows.push_back(row);
    any_hidden = any_hidden || hidden_leads[row];
  }
  if (!any_hidden) return;
  const std::size_t kept = random.below(static_cast<std::uint32_t>(limb_rows.size()));
  for (std::size_t i = 0; i < limb_rows.size(); ++i) hidden_leads[limb_rows[i]] = i != kept;
}

}  // namespace

std::size_t hidden_count(const TokenMask& mask) {
  return static_cast<std::size_t>(std::count(mask.begin(), mask.end(), std::uint8_t{1}));
}

std::string visible_bits(const TokenMask& mask) {
  std::string bits;
  bits.reserve(mask.size());
  for (const std::uint8_t hidden : mask) bits.push_back(hidden ? '0' : '1');
  return bits;
}

std::size_t derivable_hidden_count(const TokenMask& mask, const TokenGrid& grid,
                                   std::span<const Lead> rows) {
  std::size_t derivable = 0;
  for (std::size_t column = 0; column < grid.columns; ++column) {
    std::size_t hidden = 0;
    std::size_t visible = 0;
    for (std::size_t lead = 0; lead < grid.leads && lead < rows.size(); ++lead) {
      if (is_limb(rows[lead])) ++(mask[grid.token(lead, column)] ? hidden : visible);
    }
    if (visible >= 2) derivable += hidden;
  }
  return derivable;
}

Result<TokenMask> random_mask(const TokenGrid& grid, double ratio, RandomStream& random) {
  if (auto checked = check_grid(grid); !checked) return checked.error();
  if (auto checked = check_ratio("the mask ratio", ratio); !checked) return checked.error();
  return draw_flags(grid.token_count(), hidden_of(ratio, grid.token_count()), random);
}

Result<TokenMask> stdm_mask(const TokenGrid& grid, const StdmOptions& options,
                            RandomStream& random) {
  if (auto checked = check_grid(grid); !checked) return checked.error();
  if (auto checked = check_ratio("time_ratio", options.time_ratio); !checked)
    return checked.error();
  if (auto checked = check_ratio("lead_ratio", options.lead_ratio); !checked)
    return checked.error();
  if (options.hide_derivable_limb_leads && options.rows.size() != grid.leads) {
    return invalid_mask(std::to_string(options.rows.size()) + " row names for " +
                            std::to_string(grid.leads) + " leads",
                        "name the lead of every row to hide derivable limb leads");
  }
  const auto columns =
      draw_flags(grid.columns, hidden_of(options.time_ratio, grid.columns), random);
  auto leads = draw_flags(grid.leads, hidden_of(options.lead_ratio, grid.leads), random);
  if (options.hide_derivable_limb_leads) hide_derivable(options.rows, leads, random);
  TokenMask mask(grid.token_count());
  for (std::size_t lead = 0; lead < grid.leads; ++lead) {
    for (std::size_t column = 0; column < grid.columns; ++column) {
      mask[grid.token(lead, column)] = leads[lead] | columns[column];
    }
  }
  return mask;
}

StdmOptions stdm_options_for_ratio(const TokenGrid& grid, double masked_ratio) {
  StdmOptions options;
  if (grid.leads == 0 || grid.columns == 0) return options;
  const double visible = std::clamp(1 - masked_ratio, 1e-6, 1.0);
  const double balance = exact_log(1 - options.lead_ratio) /
                         exact_log((1 - options.lead_ratio) * (1 - options.time_ratio));
  const double lead_share = 1 - exact_exp(balance * exact_log(visible));
  const std::size_t hidden_leads = hidden_of(lead_share, grid.leads);
  const double visible_leads =
      1 - static_cast<double>(hidden_leads) / static_cast<double>(grid.leads);
  const std::size_t hidden_columns =
      hidden_of(std::max(0.0, 1 - visible / visible_leads), grid.columns);
  options.lead_ratio = static_cast<double>(hidden_leads) / static_cast<double>(grid.leads);
  options.time_ratio = static_cast<double>(hidden_columns) / static_cast<double>(grid.columns);
  return options;
}

}  // namespace ecg
