#include "pretext/mask.h"

#include <algorithm>

#include "core/exact_math.h"
#include "pretext/mask_draw.h"

namespace ecg {
namespace {

Result<void> check_stdm(const TokenGrid& grid, const StdmOptions& options) {
  if (auto checked = check_grid(grid); !checked) return checked;
  if (auto checked = check_ratio("time_ratio", options.time_ratio); !checked) return checked;
  return check_ratio("lead_ratio", options.lead_ratio);
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
  if (auto checked = check_stdm(grid, options); !checked) return checked.error();
  const auto columns =
      draw_flags(grid.columns, hidden_of(options.time_ratio, grid.columns), random);
  const auto leads = draw_flags(grid.leads, hidden_of(options.lead_ratio, grid.leads), random);
  return mask_from_both(grid, leads, columns);
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
