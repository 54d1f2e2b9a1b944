#include "pretext/mask_draw.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace ecg {

Error invalid_mask(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint), "", {}};
}

Result<void> check_grid(const TokenGrid& grid) {
  if (grid.leads > 0 && grid.columns > 0) return {};
  return invalid_mask("the token grid has " + std::to_string(grid.leads) + " leads and " +
                          std::to_string(grid.columns) + " columns",
                      "a signal must hold at least one lead and one whole patch");
}

Result<void> check_ratio(const char* name, double ratio) {
  if (ratio >= 0 && ratio <= 1) return {};
  return invalid_mask(std::string(name) + " is " + std::to_string(ratio),
                      "choose it between 0 and 1");
}

std::size_t hidden_of(double ratio, std::size_t count) {
  const double exact = std::floor(ratio * static_cast<double>(count) + 0.5);
  return std::min(static_cast<std::size_t>(exact), count - 1);
}

std::vector<std::uint8_t> draw_flags(std::size_t count, std::size_t drawn, RandomStream& random) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  std::vector<std::uint8_t> flags(count, 0);
  for (std::size_t i = 0; i < drawn; ++i) {
    const std::size_t j = i + random.below(static_cast<std::uint32_t>(count - i));
    std::swap(order[i], order[j]);
    flags[order[i]] = 1;
  }
  return flags;
}

std::vector<std::uint8_t> mask_from_columns(const TokenGrid& grid,
                                            const std::vector<std::uint8_t>& columns) {
  std::vector<std::uint8_t> mask;
  mask.reserve(grid.token_count());
  for (std::size_t lead = 0; lead < grid.leads; ++lead) {
    mask.insert(mask.end(), columns.begin(), columns.end());
  }
  return mask;
}

std::vector<std::uint8_t> mask_from_both(const TokenGrid& grid,
                                         const std::vector<std::uint8_t>& leads,
                                         const std::vector<std::uint8_t>& columns) {
  std::vector<std::uint8_t> mask(grid.token_count());
  for (std::size_t lead = 0; lead < grid.leads; ++lead) {
    for (std::size_t column = 0; column < grid.columns; ++column) {
      mask[grid.token(lead, column)] = leads[lead] | columns[column];
    }
  }
  return mask;
}

}  // namespace ecg
