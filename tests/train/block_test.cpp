// The transformer block in all its kinds: against plain arithmetic, and its gradients.

#include <ATen/Functions.h>
#include <torch/types.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

#include "finite_differences.h"
#include "nn/transformer_block.h"

using namespace ecg;

namespace {

std::vector<BlockOptions> every_kind() {
  std::vector<BlockOptions> kinds;
  for (const BlockNorm norm : {BlockNorm::kPre, BlockNorm::kPost}) {
    for (const BlockActivation activation : {BlockActivation::kGelu, BlockActivation::kRelu}) {
      kinds.push_back({12, 3, 20, norm, activation});
    }
  }
  return kinds;
}

// A block with no parameter at a special value.
TransformerBlock lively_block(const BlockOptions& options) {
  at::manual_seed(11);
  TransformerBlock block(options);
  block->to(torch::kFloat64);
  const torch::NoGradGuard no_grad;
  for (auto& parameter : block->parameters()) parameter.add_(0.2 * at::randn_like(parameter));
  return block;
}

torch::Tensor linear(const torch::nn::Linear& layer, const torch::Tensor& x) {
  return at::matmul(x, layer->weight.t()) + layer->bias;
}

torch::Tensor normalised(const torch::nn::LayerNorm& norm, const torch::Tensor& x) {
  const auto centred = x - x.mean(-1, true);
  const auto sd = (centred.square().mean(-1, true) + kNormEpsilon).sqrt();
  return centred / sd * norm->weight + norm->bias;
}

// Attention head by head and record by record, as the formula is printed.
torch::Tensor attention(const TransformerBlock& block, const torch::Tensor& x,
                        const torch::Tensor& key_bias) {
  const auto& options = block->options();
  const auto size = options.width / options.heads;
  const auto all = linear(block->qkv, x);
  std::vector<torch::Tensor> heads;
  for (std::int64_t h = 0; h < options.heads; ++h) {
    const auto part = [&](std::int64_t which) {
      return all.narrow(2, which * options.width + h * size, size);
    };
    auto logits =
        at::matmul(part(0), part(1).transpose(1, 2)) / std::sqrt(static_cast<double>(size));
    logits = logits + key_bias.unsqueeze(1);
    const auto weight = (logits - std::get<0>(logits.max(-1, true))).exp();
    heads.push_back(at::matmul(weight / weight.sum(-1, true), part(2)));
  }
  return linear(block->proj, at::cat(heads, 2));
}

torch::Tensor mlp(const TransformerBlock& block, const torch::Tensor& x) {
  const auto hidden = linear(block->fc1, x);
  const auto positive = block->options().activation == BlockActivation::kRelu;
  const auto active =
      positive ? hidden * (hidden > 0) : hidden * 0.5 * (1 + (hidden / std::sqrt(2.0)).erf());
  return linear(block->fc2, active);
}

torch::Tensor expected(const TransformerBlock& block, const torch::Tensor& x,
                       const torch::Tensor& key_bias, const torch::Tensor& path_scale) {
  const auto attention_share = path_scale[0].view({-1, 1, 1});
  const auto mlp_share = path_scale[1].view({-1, 1, 1});
  if (block->options().norm == BlockNorm::kPre) {
    const auto y = x + attention_share * attention(block, normalised(block->norm1, x), key_bias);
    return y + mlp_share * mlp(block, normalised(block->norm2, y));
  }
  const auto y = normalised(block->norm1, x + attention_share * attention(block, x, key_bias));
  return normalised(block->norm2, y + mlp_share * mlp(block, y));
}

struct Inputs {
  torch::Tensor x = at::randn({2, 5, 12}, torch::kFloat64);
  torch::Tensor key_bias = at::zeros({2, 5}, torch::kFloat64);
  torch::Tensor path_scale = at::tensor({1.0, 0.0, 1.25, 1.25}, torch::kFloat64).view({2, 2});

  Inputs() { key_bias[1][3] = kHiddenKeyBias; }
};

}  // namespace

TEST_CASE("A transformer block computes what its header says, in every kind") {
  for (const BlockOptions& options : every_kind()) {
    CAPTURE(static_cast<int>(options.norm), static_cast<int>(options.activation));
    auto block = lively_block(options);
    const Inputs in;
    const torch::NoGradGuard no_grad;
    const auto output = block(in.x, in.key_bias, in.path_scale);
    const auto difference = output - expected(block, in.x, in.key_bias, in.path_scale);
    CHECK(difference.abs().max().item<double>() < 1e-12);
    CHECK(output.std().item<double>() > 0.1);
  }
}

TEST_CASE("The kinds of a transformer block differ") {
  const Inputs in;
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> outputs;
  for (const BlockOptions& options : every_kind()) outputs.push_back(lively_block(options)(in.x));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK_FALSE(at::allclose(outputs[i], outputs[j], 0, 1e-3));
  }
}

TEST_CASE("A transformer block's gradients agree with finite differences, in every kind") {
  for (const BlockOptions& options : every_kind()) {
    CAPTURE(static_cast<int>(options.norm), static_cast<int>(options.activation));
    auto block = lively_block(options);
    Inputs in;
    in.x.requires_grad_(true);
    const auto weight = at::randn_like(in.x);
    const auto loss = [&] { return (block(in.x, in.key_bias, in.path_scale) * weight).sum(); };
    auto tensors = test::named_parameters_of(*block);
    tensors.emplace_back("x", in.x);
    // The ReLU leaves some of fc1's gradients at zero.
    CHECK(test::check_gradients(tensors, loss) > 30);
  }
}
