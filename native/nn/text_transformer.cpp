#include "nn/text_transformer.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include "core/assert.h"

namespace ecg {
namespace {

/// [batch, length] of 1 and 0: pieces that are no padding. Padding is piece 0.
torch::Tensor written(const torch::Tensor& pieces, torch::ScalarType type) {
  return pieces.ne(0).to(type);
}

torch::nn::LayerNorm norm_of(std::int64_t width) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}).eps(kNormEpsilon));
}

}  // namespace

TextTransformerImpl::TextTransformerImpl(const TextTransformerConfig& config) {
  const std::int64_t width = config.width;
  piece_embedding = register_parameter("piece_embedding", torch::zeros({config.pieces, width}));
  position = register_parameter("position", torch::zeros({config.length, width}));
  BlockOptions block;
  block.width = width;
  block.heads = config.heads;
  block.mlp_width = static_cast<std::int64_t>(static_cast<double>(width) * config.mlp_ratio);
  for (std::int64_t i = 0; i < config.depth; ++i) blocks->push_back(TransformerBlock(block));
  register_module("blocks", blocks);
  norm = register_module("norm", norm_of(width));
  guess = register_module("guess", torch::nn::Linear(width, width));
  guess_norm = register_module("guess_norm", norm_of(width));
  piece_bias = register_parameter("piece_bias", torch::zeros({config.pieces}));
}

torch::Tensor TextTransformerImpl::forward(const torch::Tensor& pieces) {
  ECG_ASSERT(pieces.size(1) <= position.size(0));
  torch::Tensor x =
      piece_embedding.index_select(0, pieces.flatten()).view({pieces.size(0), pieces.size(1), -1}) +
      position.narrow(0, 0, pieces.size(1));
  const auto key_bias = (1 - written(pieces, x.scalar_type())) * kHiddenKeyBias;
  for (const auto& block : *blocks) x = block->as<TransformerBlock>()->forward(x, key_bias);
  return norm(x);
}

torch::Tensor TextTransformerImpl::pool(const torch::Tensor& tokens, const torch::Tensor& pieces) {
  const auto weight = written(pieces, tokens.scalar_type()).unsqueeze(-1);
  return (tokens * weight).sum(1) / weight.sum(1).clamp_min(1);
}

torch::Tensor TextTransformerImpl::guess_pieces(const torch::Tensor& rows) {
  return at::linear(guess_norm(at::gelu(guess(rows))), piece_embedding, piece_bias);
}

}  // namespace ecg
