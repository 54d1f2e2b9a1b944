#include "nn/masked_autoencoder.h"

#include <ATen/Functions.h>

#include <algorithm>

#include "nn/initialise.h"

namespace ecg {
namespace {

torch::Tensor rows_of(const std::vector<Lead>& leads) {
  std::vector<std::int64_t> rows;
  for (const Lead lead : leads) rows.push_back(static_cast<std::int64_t>(lead));
  return torch::tensor(rows, torch::kInt64);
}

// [leads * columns, width]: what a token's place adds to it.
torch::Tensor place_embedding(const torch::Tensor& lead_embedding, const torch::Tensor& lead_rows,
                              const torch::Tensor& column_position) {
  // Module::to(dtype) converts integer buffers too: back to an index.
  const auto leads = lead_embedding.index_select(0, lead_rows.to(torch::kInt64)).unsqueeze(1);
  return (leads + column_position.unsqueeze(0)).flatten(0, 1);
}

// What blocks are run with, besides the tokens.
struct BlockInputs {
  torch::Tensor key_bias, path_scale, last_rows;  // last_rows: what the last block returns
};

torch::Tensor run_blocks(torch::nn::ModuleList& blocks, torch::Tensor x,
                         const BlockInputs& inputs) {
  const auto depth = static_cast<std::int64_t>(blocks->size());
  for (std::int64_t layer = 0; layer < depth; ++layer) {
    auto* block = blocks[static_cast<std::size_t>(layer)]->as<TransformerBlock>();
    const auto scale = inputs.path_scale.defined() ? inputs.path_scale[layer] : torch::Tensor();
    const auto rows = layer + 1 == depth ? inputs.last_rows : torch::Tensor();
    x = block->forward(x, inputs.key_bias, scale, rows);
  }
  return x;
}

// A table of positions, fixed or free to be learned, under one name.
torch::Tensor register_positions(torch::nn::Module& module, const MaeConfig& config,
                                 std::int64_t width) {
  const auto table = sine_cosine_positions(config.columns, width);
  return config.positions == "learned" ? module.register_parameter("column_position", table)
                                       : module.register_buffer("column_position", table);
}

}  // namespace

torch::Tensor sine_cosine_positions(std::int64_t columns, std::int64_t width) {
  ECG_ASSERT(width % 2 == 0);
  const auto half = static_cast<double>(width / 2);
  const double base = std::max(static_cast<double>(columns) / 2, 2.0);
  const auto exponent = torch::arange(width / 2, torch::kFloat64) / half;
  const auto angle = torch::arange(columns, torch::kFloat64).unsqueeze(1) *
                     torch::pow(base, -exponent).unsqueeze(0);
  return torch::cat({angle.sin(), angle.cos()}, 1).to(torch::kFloat32);
}

torch::Tensor patches_from_signal(const torch::Tensor& signal, std::int64_t patch_samples) {
  return signal.reshape({signal.size(0), -1, patch_samples});
}

torch::Tensor signal_from_patches(const torch::Tensor& patches, std::int64_t leads) {
  return patches.reshape({patches.size(0), leads, -1});
}

torch::Tensor visible_tokens(const torch::Tensor& lead_mask, const torch::Tensor& token_mask,
                             std::int64_t columns) {
  const auto present = lead_mask.repeat_interleave(columns, 1);
  return token_mask.defined() ? present * (1 - token_mask) : present;
}

torch::Tensor other_tokens(const torch::Tensor& index, std::int64_t tokens) {
  const auto taken = torch::zeros({index.size(0), tokens}, index.options()).scatter(1, index, 1);
  return taken.argsort(/*stable=*/true, 1).narrow(1, 0, tokens - index.size(1)).contiguous();
}

torch::Tensor mean_of_visible(const torch::Tensor& tokens, const torch::Tensor& visible) {
  const auto weight = visible.unsqueeze(-1);
  return (tokens * weight).sum(1) / weight.sum(1).clamp_min(1);
}

MaeEncoderImpl::MaeEncoderImpl(const MaeConfig& config) {
  const auto width = config.width;
  patch_embed = register_module("patch_embed", torch::nn::Linear(config.patch_samples, width));
  if (config.has_stem()) {
    stem = register_module("stem", PatchStem(config.patch_samples, config.stem_channels, width));
  }
  lead_embedding = register_parameter("lead_embedding", torch::zeros({kLeadRows, width}));
  column_position = register_positions(*this, config, width);
  lead_rows_ = register_buffer("lead_rows", rows_of(config.leads));
  for (std::int64_t i = 0; i < config.depth; ++i) {
    blocks->push_back(TransformerBlock(BlockOptions{width, config.heads, config.mlp_width()}));
  }
  register_module("blocks", blocks);
  norm = register_module(
      "norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}).eps(kNormEpsilon)));
}

torch::Tensor MaeEncoderImpl::embed_content(const torch::Tensor& patches) {
  return stem.is_empty() ? patch_embed(patches) : patch_embed(patches) + stem(patches);
}

torch::Tensor MaeEncoderImpl::embed(const torch::Tensor& patches) {
  return embed_content(patches) + place_embedding(lead_embedding, lead_rows_, column_position);
}

torch::Tensor MaeEncoderImpl::forward_visible(const torch::Tensor& patches,
                                              const torch::Tensor& index,
                                              const torch::Tensor& path_scale) {
  const auto place = place_embedding(lead_embedding, lead_rows_, column_position);
  const auto seen = embed_content(gather_tokens(patches, index)) +
                    place.index_select(0, index.flatten()).view({index.size(0), index.size(1), -1});
  return norm(run_blocks(blocks, seen, {{}, path_scale, {}}));
}

torch::Tensor MaeEncoderImpl::forward_masked(const torch::Tensor& patches,
                                             const torch::Tensor& visible,
                                             const torch::Tensor& path_scale) {
  const auto bias = (1 - visible) * kHiddenKeyBias;
  return norm(run_blocks(blocks, embed(patches), {bias, path_scale, {}}));
}

MaeDecoderImpl::MaeDecoderImpl(const MaeConfig& config) {
  const auto width = config.decoder_width;
  embed = register_module("embed", torch::nn::Linear(config.width, width));
  mask_token = register_parameter("mask_token", torch::zeros({width}));
  lead_embedding = register_parameter("lead_embedding", torch::zeros({kLeadRows, width}));
  column_position = register_positions(*this, config, width);
  lead_rows_ = register_buffer("lead_rows", rows_of(config.leads));
  for (std::int64_t i = 0; i < config.decoder_depth; ++i) {
    blocks->push_back(TransformerBlock(
        BlockOptions{width, config.decoder_heads, config.decoder_mlp_width()}));
  }
  register_module("blocks", blocks);
  norm = register_module(
      "norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}).eps(kNormEpsilon)));
  head = register_module("head", torch::nn::Linear(width, config.patch_samples + 2));
}

torch::Tensor MaeDecoderImpl::forward(const torch::Tensor& tokens, const torch::Tensor& visible,
                                      const torch::Tensor& condition) {
  const auto seen = visible.unsqueeze(-1) > 0.5;
  // where(), not a product: whatever an unseen row holds, NaN included, must not get through.
  const auto mixed = torch::where(seen, embed(tokens), mask_token.to(tokens.scalar_type()));
  return predict(mixed, {}, condition);
}

torch::Tensor MaeDecoderImpl::forward_seen(const torch::Tensor& seen, const torch::Tensor& index,
                                           const torch::Tensor& wanted,
                                           const torch::Tensor& condition) {
  const auto shown = embed(seen);
  const auto batch = shown.size(0), width = shown.size(2);
  const auto tokens = lead_rows_.size(0) * column_position.size(0);
  const auto hidden = mask_token.to(shown.scalar_type()).expand({batch, tokens, width});
  const auto mixed = hidden.scatter(1, index.unsqueeze(-1).expand({-1, -1, width}), shown);
  return predict(mixed, wanted, condition);
}

torch::Tensor MaeDecoderImpl::predict(const torch::Tensor& mixed, const torch::Tensor& wanted,
                                      const torch::Tensor& condition) {
  auto placed = mixed + place_embedding(lead_embedding, lead_rows_, column_position);
  if (condition.defined()) placed = placed + condition.unsqueeze(1);
  return head(norm(run_blocks(blocks, placed, {{}, {}, wanted})));
}

MaskedAutoencoderImpl::MaskedAutoencoderImpl(const MaeConfig& config, std::uint64_t seed)
    : config_(config) {
  ECG_ASSERT(check_mae_config(config).has_value());
  encoder = register_module("encoder", MaeEncoder(config));
  decoder = register_module("decoder", MaeDecoder(config));
  initialise_weights(*this, seed);
}

torch::Tensor MaskedAutoencoderImpl::predict_dropped(const torch::Tensor& patches,
                                                     const torch::Tensor& visible_index,
                                                     const torch::Tensor& path_scale) {
  const auto seen = encoder->forward_visible(patches, visible_index, path_scale);
  return decoder->forward_seen(seen, visible_index);
}

torch::Tensor MaskedAutoencoderImpl::predict_masked(const torch::Tensor& patches,
                                                    const torch::Tensor& visible,
                                                    const torch::Tensor& path_scale) {
  return decoder->forward(encoder->forward_masked(patches, visible, path_scale), visible);
}

EncodedBatch MaskedAutoencoderImpl::encode(const torch::Tensor& signal,
                                           const torch::Tensor& lead_mask) {
  const auto visible = visible_tokens(lead_mask, {}, config_.columns);
  const auto tokens =
      encoder->forward_masked(patches_from_signal(signal, config_.patch_samples), visible);
  return {tokens * visible.unsqueeze(-1), mean_of_visible(tokens, visible)};
}

torch::Tensor MaskedAutoencoderImpl::reconstruct(const torch::Tensor& signal,
                                                 const torch::Tensor& lead_mask,
                                                 const torch::Tensor& token_mask) {
  const auto patches = patches_from_signal(signal, config_.patch_samples);
  const auto visible = visible_tokens(lead_mask, token_mask, config_.columns);
  return signal_from_prediction(predict_masked(patches, visible), patches, visible, config_);
}

torch::Tensor signal_from_prediction(const torch::Tensor& prediction, const torch::Tensor& patches,
                                     const torch::Tensor& visible, const MaeConfig& config) {
  const auto length = config.patch_samples;
  const auto seen = visible.unsqueeze(-1) > 0.5;
  const auto own_mean = patches.mean(-1, true);
  const auto own_sd = ((patches - own_mean).square().mean(-1, true) + config.patch_epsilon).sqrt();
  const auto mean = torch::where(seen, own_mean, prediction.narrow(-1, length, 1));
  const auto sd = torch::where(seen, own_sd, prediction.narrow(-1, length + 1, 1).exp());
  const auto waveform = prediction.narrow(-1, 0, length) * sd + mean;
  return signal_from_patches(waveform, config.lead_count());
}

}  // namespace ecg
