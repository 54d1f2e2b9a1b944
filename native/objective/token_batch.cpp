#include "objective/token_batch.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

namespace ecg {
namespace {

/// Ascending tokens with hidden = 0, [batch, visible]; undefined where their number varies.
at::Tensor visible_index_of(const at::Tensor& hidden) {
  const at::Tensor visible = hidden.eq(0);
  const at::Tensor counts = visible.sum(1);
  if (hidden.size(0) == 0 || !counts.eq(counts[0]).all().item<bool>()) return {};
  const auto count = counts[0].item<std::int64_t>();
  return at::nonzero(visible).select(1, 1).reshape({hidden.size(0), count}).contiguous();
}

}  // namespace

std::vector<RandomKey> record_keys(std::uint64_t seed, std::uint32_t epoch,
                                   std::span<const std::uint32_t> records) {
  std::vector<RandomKey> keys;
  for (const std::uint32_t record : records) {
    keys.push_back({seed, epoch, record, 0, RandomPurpose::kMask});
  }
  return keys;
}

Result<TokenBatch> draw_token_batch(const TokenGrid& grid, std::span<const RandomKey> keys,
                                    const MaskDraw& draw) {
  const auto tokens = static_cast<std::int64_t>(grid.token_count());
  TokenBatch out;
  out.hidden = at::zeros({static_cast<std::int64_t>(keys.size()), tokens}, at::kFloat);
  float* hidden = out.hidden.data_ptr<float>();
  for (std::size_t b = 0; b < keys.size(); ++b) {
    RandomKey key = keys[b];
    key.purpose = RandomPurpose::kMask;
    RandomStream random(key);
    const auto mask = draw(b, random);
    if (!mask) return mask.error();
    if (mask->size() != grid.token_count()) {
      return Error{ErrorCode::kInvalidArgument, "a mask of another grid",
                   "draw masks for the grid of the batch", {}, {}};
    }
    for (const std::uint8_t flag : *mask) *hidden++ = flag;
  }
  out.visible_index = visible_index_of(out.hidden);
  return out;
}

Result<TokenBatch> draw_token_batch(const TokenGrid& grid, const StdmOptions& options,
                                    std::span<const RandomKey> keys) {
  return draw_token_batch(grid, keys, [&](std::size_t, RandomStream& random) {
    return stdm_mask(grid, options, random);
  });
}

}  // namespace ecg
