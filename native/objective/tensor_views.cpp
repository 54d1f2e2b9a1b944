#include "objective/tensor_views.h"

#include <ATen/Functions.h>
#include <ATen/TensorIndexing.h>
#include <ATen/TensorOperators.h>

#include <vector>

#include "pretext/augmentation.h"

namespace ecg {
namespace {

constexpr std::int64_t kWord = 0xFFFFFFFFll;

/// High and low words of a constant times 32-bit words. The product wraps around in 64 bits, which
/// leaves its bits as they are.
struct Product {
  at::Tensor high, low;
};

Product multiply(std::int64_t constant, const at::Tensor& words) {
  const at::Tensor product = words * constant;
  return {at::bitwise_right_shift(product, 32) & kWord, product & kWord};
}

/// Words 1 to 3 of the counter and the two of the key, as core/philox.cpp lays them out.
at::Tensor key_words(std::span<const RandomKey> keys) {
  at::Tensor table = at::empty({static_cast<std::int64_t>(keys.size()), 5}, at::kLong);
  auto* row = table.data_ptr<std::int64_t>();
  for (const RandomKey& key : keys) {
    const std::uint64_t record_high = (key.record >> 32) << 16;
    const auto purpose = static_cast<std::uint32_t>(key.purpose);
    *row++ = static_cast<std::uint32_t>(key.record);
    *row++ = static_cast<std::uint32_t>(record_high | key.view);
    *row++ = static_cast<std::uint32_t>((key.epoch << 12) | purpose);
    *row++ = static_cast<std::uint32_t>(key.seed);
    *row++ = static_cast<std::uint32_t>(key.seed >> 32);
  }
  return table;
}

at::Tensor columns(const at::Tensor& words, std::int64_t begin, std::int64_t count) {
  return words.narrow(1, begin, count);
}

}  // namespace

at::Tensor philox_words(std::span<const RandomKey> keys, std::int64_t count,
                        const at::Tensor& like) {
  const std::int64_t blocks = (count + 3) / 4;
  const auto batch = static_cast<std::int64_t>(keys.size());
  const at::Tensor table = key_words(keys).to(like.device());
  const auto part = [&](std::int64_t i) { return table.narrow(1, i, 1).expand({batch, blocks}); };
  at::Tensor c0 = at::arange(blocks, table.options()).expand({batch, blocks});
  at::Tensor c1 = part(0), c2 = part(1), c3 = part(2), k0 = part(3), k1 = part(4);
  for (int round = 0; round < 10; ++round) {
    const Product a = multiply(0xD2511F53ll, c0), b = multiply(0xCD9E8D57ll, c2);
    c0 = b.high ^ c1 ^ k0;
    c1 = b.low;
    c2 = a.high ^ c3 ^ k1;
    c3 = a.low;
    k0 = (k0 + 0x9E3779B9ll) & kWord;
    k1 = (k1 + 0xBB67AE85ll) & kWord;
  }
  return columns(at::stack({c0, c1, c2, c3}, 2).reshape({batch, 4 * blocks}), 0, count);
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

at::Tensor fda_view(const at::Tensor& signal, std::span<const RandomKey> keys, double strength) {
  constexpr double kImportance = 0.7;
  const std::int64_t samples = signal.size(2), bins = samples / 2 + 1;
  const at::Tensor words = philox_words(keys, 5 * bins, signal);
  const at::Tensor normals = normal_from_words(columns(words, 0, 4 * bins));
  const double w = (1 - kImportance) * strength;
  const at::Tensor kept = (columns(words, 4 * bins, bins).to(at::kDouble) * 0x1p-32).ge(0.1 * w);
  const at::Tensor size = (1 + 0.2 * w * columns(normals, 0, bins)) * kept.to(at::kFloat);
  at::Tensor angle = 0.1 * w * columns(normals, bins, bins);
  angle.select(1, 0).zero_();
  angle.select(1, bins - 1).zero_();
  const at::Tensor factors = at::complex(size * at::cos(angle), size * at::sin(angle));
  return at::fft_irfft(at::fft_rfft(signal) * factors.unsqueeze(1), samples);
}

at::Tensor emg_view(const at::Tensor& signal, std::span<const Lead> leads,
                    std::span<const RandomKey> keys, double strength) {
  const auto rows = static_cast<std::int64_t>(leads.size());
  const std::int64_t samples = signal.size(2);
  std::int64_t own_rows = 0;
  for (const Lead lead : leads) own_rows += limb_lead_weights(lead) ? 0 : 1;
  const std::int64_t drawn = rows + 2;
  const at::Tensor words = philox_words(keys, drawn + 2 * samples * (2 + own_rows), signal);
  const at::Tensor deviation =
      (columns(words, 0, drawn).to(at::kDouble) * (0x1p-32 * 0.5 * strength)).to(at::kFloat);
  std::int64_t used = drawn;
  const auto noise = [&] {
    used += 2 * samples;
    return normal_from_words(columns(words, used - 2 * samples, 2 * samples));
  };
  const at::Tensor first = noise() * columns(deviation, 0, 1);
  const at::Tensor second = noise() * columns(deviation, 1, 1);
  std::vector<at::Tensor> added;
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto weights = limb_lead_weights(leads[static_cast<std::size_t>(row)]);
    added.push_back(weights ? first * (*weights)[0] + second * (*weights)[1]
                            : noise() * columns(deviation, row + 2, 1));
  }
  return signal + at::stack(added, 1);
}

at::Tensor shifted_view(const at::Tensor& signal, std::span<const std::int64_t> shifts) {
  const std::int64_t samples = signal.size(2);
  const at::Tensor later =
      at::tensor(at::ArrayRef<std::int64_t>(shifts.data(), shifts.size()), at::kLong)
          .to(signal.device())
          .view({-1, 1, 1});
  const at::Tensor from = at::arange(samples, later.options()) - later;
  const at::Tensor there = from.ge(0).logical_and(from.lt(samples));
  const at::Tensor moved = signal.gather(2, from.clamp(0, samples - 1).expand(signal.sizes()));
  return at::where(there, moved, at::zeros({}, signal.options()));
}

}  // namespace ecg
