#include "nn/transformer_block.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>

#include "core/assert.h"
#include "nn/attention.h"
#include "nn/recompute.h"

namespace ecg {

torch::Tensor gather_tokens(const torch::Tensor& tokens, const torch::Tensor& index) {
  return tokens.gather(1, index.unsqueeze(-1).expand({-1, -1, tokens.size(2)}));
}

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
                                            const torch::Tensor& path_scale,
                                            const torch::Tensor& rows) {
  return kept_or_recomputed(x, [=, this](const torch::Tensor& tokens) {
    const torch::Tensor own = rows.defined() ? gather_tokens(tokens, rows) : tokens;
    const auto attend = [&](const torch::Tensor& y) { return attend_to_all(y, key_bias, rows); };
    return add_branches(tokens, own, attend, path_scale);
  });
}

torch::Tensor TransformerBlockImpl::forward_mixed(const torch::Tensor& x, const AttentionMix& mix,
                                                  const torch::Tensor& path_scale) {
  return kept_or_recomputed(x, [=, this](const torch::Tensor& tokens) {
    const auto attend = [&](const torch::Tensor& y) { return attend_mixed(y, mix); };
    return add_branches(tokens, tokens, attend, path_scale);
  });
}

torch::Tensor TransformerBlockImpl::kept_or_recomputed(const torch::Tensor& x, const Part& part) {
  const bool twice = recompute && torch::GradMode::is_enabled() && x.requires_grad();
  return twice ? recomputed(part, x) : part(x);
}

torch::Tensor TransformerBlockImpl::add_branches(const torch::Tensor& x, const torch::Tensor& own,
                                                 const Part& attend,
                                                 const torch::Tensor& path_scale) {
  const auto scaled = [&](const torch::Tensor& added, std::int64_t branch) {
    if (!path_scale.defined()) return added;
    return added * path_scale[branch].to(added.scalar_type()).view({-1, 1, 1});
  };
  if (options_.norm == BlockNorm::kPost) {
    const torch::Tensor attended = norm1(own + scaled(attend(x), 0));
    return norm2(attended + scaled(transform(attended), 1));
  }
  const torch::Tensor attended = own + scaled(attend(norm1(x)), 0);
  return attended + scaled(transform(norm2(attended)), 1);
}

torch::Tensor TransformerBlockImpl::attend_mixed(const torch::Tensor& x, const AttentionMix& mix) {
  const auto batch = x.size(0), tokens = x.size(1), width = x.size(2), heads = options_.heads;
  const auto packed = qkv(x).view({batch, tokens, 3, heads, width / heads});
  const auto parts = packed.permute({2, 0, 3, 1, 4}).unbind(0);
  return proj(mix(parts[0], parts[1], parts[2]).transpose(1, 2).reshape({batch, tokens, width}));
}

torch::Tensor TransformerBlockImpl::attend_to_all(const torch::Tensor& x,
                                                  const torch::Tensor& key_bias,
                                                  const torch::Tensor& rows) {
  const auto batch = x.size(0), tokens = x.size(1), width = x.size(2), heads = options_.heads;
  const auto size = width / heads;
  if (!rows.defined()) {
    return proj(
        attention(qkv(x).view({batch, tokens, 3, heads, size}), {}, key_bias, attention_form));
  }
  const auto part = [&](const torch::Tensor& from, std::int64_t first, std::int64_t count) {
    return at::linear(from, qkv->weight.narrow(0, first * width, count * width),
                      qkv->bias.narrow(0, first * width, count * width));
  };
  const auto queries = part(gather_tokens(x, rows), 0, 1).view({batch, -1, heads, size});
  const auto packed = part(x, 1, 2).view({batch, tokens, 2, heads, size});
  return proj(attention(packed, queries, key_bias, attention_form));
}

torch::Tensor TransformerBlockImpl::transform(const torch::Tensor& x) {
  const auto hidden = fc1(x);
  return fc2(options_.activation == BlockActivation::kRelu ? at::relu(hidden) : at::gelu(hidden));
}

void recompute_blocks(torch::nn::Module& model, bool wanted) {
  for (const auto& module : model.modules()) {
    if (auto* block = module->as<TransformerBlock>()) block->recompute = wanted;
  }
}

}  // namespace ecg
