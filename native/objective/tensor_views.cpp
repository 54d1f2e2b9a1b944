#include "objective/tensor_views.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <vector>

#include "objective/batch.h"

namespace ecg {
namespace {

constexpr std::int64_t kWord = 0xFFFFFFFFll;
constexpr std::int64_t kWordsPerBlock = 4;

/// High and low words of a constant times 32-bit words. The product wraps around in 64 bits, which
/// leaves its bits as they are.
struct Product {
  at::Tensor high, low;
};

Product multiply(std::int64_t constant, const at::Tensor& words) {
  const at::Tensor product = words * constant;
  return {at::bitwise_right_shift(product, 32) & kWord, product & kWord};
}

/// The first block's counter, the key, and how many words of that block are used: seven numbers per
/// stream.
at::Tensor table_of(std::span<const RandomStream::Place> places) {
  at::Tensor table = at::empty({static_cast<std::int64_t>(places.size()), 7}, at::kLong);
  auto* row = table.data_ptr<std::int64_t>();
  for (const RandomStream::Place& place : places) {
    for (const std::uint32_t word : place.counter) *row++ = word;
    for (const std::uint32_t word : place.key) *row++ = word;
    *row++ = place.used;
  }
  return table;
}

/// [streams, 4 blocks]: whole blocks from each stream's first.
at::Tensor words_of_blocks(const at::Tensor& table, std::int64_t blocks) {
  const auto part = [&](std::int64_t i) { return table.narrow(1, i, 1).expand({-1, blocks}); };
  at::Tensor c0 = (part(0) + at::arange(blocks, table.options())) & kWord;
  at::Tensor c1 = part(1), c2 = part(2), c3 = part(3), k0 = part(4), k1 = part(5);
  for (int round = 0; round < 10; ++round) {
    const Product a = multiply(0xD2511F53ll, c0), b = multiply(0xCD9E8D57ll, c2);
    c0 = b.high ^ c1 ^ k0;
    c1 = b.low;
    c2 = a.high ^ c3 ^ k1;
    c3 = a.low;
    k0 = (k0 + 0x9E3779B9ll) & kWord;
    k1 = (k1 + 0xBB67AE85ll) & kWord;
  }
  return at::stack({c0, c1, c2, c3}, 2).reshape({table.size(0), kWordsPerBlock * blocks});
}

}  // namespace

at::Tensor philox_words(std::span<const RandomStream> streams, std::int64_t count,
                        const at::Tensor& like) {
  std::vector<RandomStream::Place> places;
  for (const RandomStream& stream : streams) places.push_back(stream.place());
  const auto used = [&](std::size_t i) { return std::int64_t{places[i].used}; };
  std::int64_t most = 0;
  bool even = true;
  for (std::size_t i = 0; i < places.size(); ++i) {
    most = std::max(most, used(i));
    even = even && used(i) == used(0);
  }
  const at::Tensor table = sent_to(table_of(places), like.device());
  const std::int64_t blocks = (most + count + kWordsPerBlock - 1) / kWordsPerBlock;
  const at::Tensor words = words_of_blocks(table, blocks);
  if (even) return words.narrow(1, most, count);
  return words.gather(1, table.narrow(1, 6, 1) + at::arange(count, table.options()));
}

at::Tensor philox_words(std::span<const RandomKey> keys, std::int64_t count,
                        const at::Tensor& like) {
  std::vector<RandomStream> streams;
  for (const RandomKey& key : keys) streams.emplace_back(key);
  return philox_words(streams, count, like);
}

at::Tensor normal_from_words(const at::Tensor& words) {
  const at::Tensor half =
      (words & 0x00FF00FFll) + (at::bitwise_right_shift(words, 8) & 0x00FF00FFll);
  const at::Tensor bytes = (half & 0xFFFFll) + at::bitwise_right_shift(half, 16);
  auto shape = bytes.sizes().vec();
  shape.back() /= 2;
  shape.push_back(2);
  return (bytes.reshape(shape).sum(-1).to(at::kFloat) - 8 * 127.5f) * (1.0f / 209.02153f);
}

at::Tensor gumbel_from_words(const at::Tensor& words) {
  const at::Tensor uniform = (words.to(at::kDouble) + 0.5) * 0x1p-32;  // never 0 or 1
  return uniform.log_().neg_().log_().neg_().to(at::kFloat);
}

at::Tensor shifted_view(const at::Tensor& signal, std::span<const std::int64_t> shifts) {
  const std::int64_t samples = signal.size(2);
  const at::Tensor table =
      at::tensor(at::ArrayRef<std::int64_t>(shifts.data(), shifts.size()), at::kLong);
  const at::Tensor later = sent_to(table, signal.device()).view({-1, 1, 1});
  const at::Tensor from = at::arange(samples, later.options()) - later;
  const at::Tensor there = from.ge(0).logical_and(from.lt(samples));
  const at::Tensor moved = signal.gather(2, from.clamp(0, samples - 1).expand(signal.sizes()));
  return at::where(there, moved, at::zeros({}, signal.options()));
}

}  // namespace ecg
