#include "objective/token_batch.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

namespace ecg {

Result<TokenBatch> draw_token_batch(const TokenGrid& grid, const StdmOptions& options,
                                    std::uint64_t seed, std::uint32_t epoch,
                                    std::span<const std::uint32_t> records) {
  const auto tokens = static_cast<std::int64_t>(grid.token_count());
  const auto batch = static_cast<std::int64_t>(records.size());
  TokenBatch out;
  out.hidden = at::zeros({batch, tokens}, at::kFloat);
  for (std::int64_t b = 0; b < batch; ++b) {
    RandomStream random({seed, epoch, records[static_cast<std::size_t>(b)], 0, RandomPurpose::kMask});
    const auto mask = stdm_mask(grid, options, random);
    if (!mask) return mask.error();
    const auto visible = tokens - static_cast<std::int64_t>(hidden_count(*mask));
    if (b == 0) out.visible_index = at::empty({batch, visible}, at::kLong);
    if (visible != out.visible_index.size(1)) {
      return Error{ErrorCode::kInvalidArgument, "these mask options hide varying numbers of tokens",
                   "choose options with exact counts", {}, {}};
    }
    float* hidden = out.hidden.data_ptr<float>() + b * tokens;
    std::int64_t* index = out.visible_index.data_ptr<std::int64_t>() + b * visible;
    for (std::int64_t token = 0; token < tokens; ++token) {
      hidden[token] = (*mask)[static_cast<std::size_t>(token)];
      if (hidden[token] == 0) *index++ = token;
    }
  }
  return out;
}

}  // namespace ecg
