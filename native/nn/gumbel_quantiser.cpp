#include "nn/gumbel_quantiser.h"

#include <ATen/Functions.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace ecg {

double TemperatureSchedule::at(std::int64_t updates) const {
  return std::max(start * std::pow(decay, static_cast<double>(updates)), end);
}

GumbelQuantiserImpl::GumbelQuantiserImpl(const QuantiserSizes& sizes) : sizes_(sizes) {
  logits = register_module("logits", torch::nn::Linear(sizes.inputs, sizes.books * sizes.codes));
  codebook =
      register_parameter("codebook", torch::zeros({sizes.books, sizes.codes, sizes.code_width}));
}

Quantised GumbelQuantiserImpl::forward(const torch::Tensor& features, const torch::Tensor& noise,
                                       double temperature) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  auto shape = features.sizes().vec();
  shape.back() = sizes_.books;
  const auto wide = features.scalar_type() == torch::kFloat64 ? torch::kFloat64 : torch::kFloat32;
  // [vectors, books, codes]
  const auto scores = logits(features.to(wide)).view({-1, sizes_.books, sizes_.codes});
  torch::Tensor codes, choice;
  if (noise.defined()) {
    const auto soft = ((scores + noise.view_as(scores)) / temperature).softmax(-1);
    codes = soft.argmax(-1);
    const auto hard = torch::zeros_like(soft).scatter_(-1, codes.unsqueeze(-1), 1.0);
    choice = hard - soft.detach() + soft;
  } else {
    codes = scores.argmax(-1);
    choice = torch::zeros_like(scores).scatter_(-1, codes.unsqueeze(-1), 1.0);
  }
  const auto vectors = at::bmm(choice.transpose(0, 1), codebook).transpose(0, 1);
  Quantised out;
  out.codes = codes.view(shape);
  shape.back() = sizes_.books * sizes_.code_width;
  out.vectors = vectors.reshape(shape);
  shape.back() = sizes_.books;
  shape.push_back(sizes_.codes);
  out.logits = scores.view(shape);
  return out;
}

void fill_gumbel(RandomStream& random, std::span<float> out) {
  std::array<std::uint32_t, 256> words{};
  for (std::size_t done = 0; done < out.size(); done += words.size()) {
    const std::size_t count = std::min(words.size(), out.size() - done);
    random.fill_u32({words.data(), count});
    for (std::size_t i = 0; i < count; ++i) {
      const double u = (words[i] + 0.5) * 0x1p-32;  // never 0 or 1
      out[done + i] = static_cast<float>(-std::log(-std::log(u)));
    }
  }
}

}  // namespace ecg
