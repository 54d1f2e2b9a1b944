#include "nn/transformer_block.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include "core/assert.h"

namespace ecg {

TransformerBlockImpl::TransformerBlockImpl(const BlockOptions& options) : options_(options) {
  const std::int64_t width = options.width;
  ECG_ASSERT(options.heads > 0 && width % options.heads == 0);
  const auto norm = torch::nn::LayerNormOptions({width}).eps(kNormEpsilon);
  norm1 = register_module("norm1", torch::nn::LayerNorm(norm));
  qkv = register_module("qkv", torch::nn::Linear(width, 3 * width));
  proj = register_module("proj", torch::nn::Linear(width, width));
  norm2 = register_module("norm2", torch::nn::LayerNorm(norm));
  fc1 = register_module("fc1", torch::nn::Linear(width, options.mlp_width));
  fc2 = register_module("fc2", torch::nn::Linear(options.mlp_width, width));
}

torch::Tensor TransformerBlockImpl::forward(const torch::Tensor& x, const torch::Tensor& key_bias,
                                            const torch::Tensor& path_scale) {
  const auto mix = [&](const torch::Tensor& query, const torch::Tensor& key,
                       const torch::Tensor& value) {
    std::optional<torch::Tensor> bias;
    if (key_bias.defined()) {
      const auto tokens = query.size(2);
      const auto per_key = key_bias.to(query.scalar_type()).view({-1, 1, 1, tokens});
      bias = per_key.expand({-1, -1, tokens, -1});
    }
    return at::scaled_dot_product_attention(query, key, value, bias);
  };
  return forward_mixed(x, mix, path_scale);
}

torch::Tensor TransformerBlockImpl::forward_mixed(const torch::Tensor& x, const AttentionMix& mix,
                                                  const torch::Tensor& path_scale) {
  const auto scaled = [&](const torch::Tensor& added, std::int64_t branch) {
    if (!path_scale.defined()) return added;
    return added * path_scale[branch].to(added.scalar_type()).view({-1, 1, 1});
  };
  if (options_.norm == BlockNorm::kPost) {
    const torch::Tensor attended = norm1(x + scaled(attend(x, mix), 0));
    return norm2(attended + scaled(transform(attended), 1));
  }
  const torch::Tensor attended = x + scaled(attend(norm1(x), mix), 0);
  return attended + scaled(transform(norm2(attended)), 1);
}

torch::Tensor TransformerBlockImpl::attend(const torch::Tensor& x, const AttentionMix& mix) {
  const auto batch = x.size(0), tokens = x.size(1), width = x.size(2), heads = options_.heads;
  const auto parts = qkv(x).view({batch, tokens, 3, heads, width / heads}).permute({2, 0, 3, 1, 4});
  const auto mixed = mix(parts[0], parts[1], parts[2]);
  return proj(mixed.transpose(1, 2).reshape({batch, tokens, width}));
}

torch::Tensor TransformerBlockImpl::transform(const torch::Tensor& x) {
  const auto hidden = fc1(x);
  return fc2(options_.activation == BlockActivation::kRelu ? at::relu(hidden) : at::gelu(hidden));
}

}  // namespace ecg
