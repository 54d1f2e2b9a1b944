#include "nn/clear_model.h"

#include <ATen/Functions.h>

#include "core/assert.h"
#include "nn/mae_config.h"

namespace ecg {
namespace {

torch::nn::ModuleList post_norm_blocks(std::int64_t depth, std::int64_t width, std::int64_t heads,
                                       std::int64_t ffn_width) {
  torch::nn::ModuleList blocks;
  const BlockOptions options{width, heads, ffn_width, BlockNorm::kPost, BlockActivation::kRelu};
  for (std::int64_t i = 0; i < depth; ++i) blocks->push_back(TransformerBlock(options));
  return blocks;
}

torch::Tensor run_blocks(torch::nn::ModuleList& blocks, torch::Tensor x,
                         const LeadBeatPattern& pattern, const torch::Tensor& path_scale) {
  const AttentionMix mix = [pattern](const torch::Tensor& query, const torch::Tensor& key,
                                     const torch::Tensor& value) {
    return structured_attention(query, key, value, pattern);
  };
  std::int64_t layer = 0;
  for (const auto& block : *blocks) {
    const auto scale = path_scale.defined() ? path_scale[layer++] : torch::Tensor();
    x = block->as<TransformerBlock>()->forward_mixed(x, mix, scale);
  }
  return x;
}

torch::Tensor rows_at(const torch::Tensor& rows, const torch::Tensor& index) {
  return rows.gather(1, index.unsqueeze(-1).expand({-1, -1, rows.size(2)}));
}

/// [batch, tokens]: place among the leads of every token of the grid.
torch::Tensor lead_of_tokens(const ClearConfig& config, const torch::Tensor& like) {
  const auto lead = at::arange(config.lead_count(), like.options().dtype(torch::kLong));
  return lead.repeat_interleave(config.beats).expand({like.size(0), -1});
}

torch::Tensor bias_of(const torch::Tensor& open) { return (1 - open) * kHiddenKeyBias; }

}  // namespace

NormalisedBeats normalise_beats(const torch::Tensor& beats, double epsilon) {
  const auto mean = beats.mean(-1, true);
  const auto centred = beats - mean;
  const auto variance = centred.square().sum(-1, true) / static_cast<double>(beats.size(-1) - 1);
  const auto sd = (variance + epsilon).sqrt();
  return {centred / sd, mean, sd.log()};
}

ShownTokens shown_tokens(const torch::Tensor& visible) {
  const auto most = std::max<std::int64_t>(1, visible.sum(1).max().item<std::int64_t>());
  // Stable: visible tokens in their order, then hidden ones as fillers, none twice.
  const auto index =
      visible.gt(0.5).argsort(/*stable=*/true, /*dim=*/1, /*descending=*/true).narrow(1, 0, most);
  return {index.contiguous(), bias_of(visible.gather(1, index))};
}

BeatPlacesImpl::BeatPlacesImpl(const ClearConfig& config, std::int64_t width)
    : beats_(config.beats) {
  const auto table = [&](const char* name, std::int64_t rows) {
    return register_parameter(name, torch::zeros({rows, width}));
  };
  lead_embedding = table("lead_embedding", kLeadRows);
  cls_embedding = table("cls_embedding", kLeadRows);
  time_embedding = table("time_embedding", config.time_bins);
  position_embedding = table("position_embedding", kLeadRows * config.beats);
  std::vector<std::int64_t> rows;
  for (const Lead lead : config.leads) rows.push_back(static_cast<std::int64_t>(lead));
  lead_rows_ = register_buffer("lead_rows", torch::tensor(rows, torch::kInt64));
}

torch::Tensor BeatPlacesImpl::tokens(const torch::Tensor& time_bin) {
  // Module::to(dtype) converts integer buffers too: back to an index.
  const auto leads = lead_rows_.to(torch::kInt64);
  const auto lead = lead_embedding.index_select(0, leads).unsqueeze(1);
  const auto position = position_embedding.view({kLeadRows, beats_, -1}).index_select(0, leads);
  const auto place = (lead + position).flatten(0, 1);
  const auto bins = time_bin.to(torch::kInt64);
  return place +
         time_embedding.index_select(0, bins.flatten()).view({bins.size(0), bins.size(1), -1});
}

torch::Tensor BeatPlacesImpl::cls(std::int64_t batch) {
  return cls_embedding.index_select(0, lead_rows_.to(torch::kInt64)).expand({batch, -1, -1});
}

ClearEncoderImpl::ClearEncoderImpl(const ClearConfig& config) : config_(config) {
  places = register_module("places", BeatPlaces(config, config.width));
  beat_embed = register_module("beat_embed", torch::nn::Linear(config.beat_samples, config.width));
  if (config.amplitude) {
    amplitude_embed = register_module("amplitude_embed", torch::nn::Linear(1, config.width));
  }
  blocks = register_module(
      "blocks", post_norm_blocks(config.depth, config.width, config.heads, config.ffn_width));
}

torch::Tensor ClearEncoderImpl::embed(const torch::Tensor& beats, const torch::Tensor& visible,
                                      const torch::Tensor& place) {
  // where(), not a product: whatever an unseen beat holds, NaN included, must not get through.
  const auto seen = at::where(visible.unsqueeze(-1) > 0.5, beats, at::zeros({}, beats.options()));
  const NormalisedBeats normalised = normalise_beats(seen, config_.epsilon);
  const auto embedded = beat_embed(normalised.shape) + place;
  const auto tokens = config_.amplitude ? embedded + amplitude_embed(normalised.log_sd) : embedded;
  return at::cat({places->cls(beats.size(0)).to(tokens.scalar_type()), tokens}, 1);
}

torch::Tensor ClearEncoderImpl::forward_visible(const BeatBatch& batch,
                                                const torch::Tensor& visible,
                                                const ShownTokens& shown,
                                                const torch::Tensor& path_scale) {
  LeadBeatPattern pattern;
  pattern.leads = config_.lead_count();
  pattern.lead = lead_of_tokens(config_, visible).gather(1, shown.index);
  pattern.key_bias = shown.bias;
  const auto place = rows_at(places->tokens(batch.time_bin), shown.index);
  const auto x = embed(rows_at(batch.beats, shown.index), visible.gather(1, shown.index), place);
  return run_blocks(blocks, x, pattern, path_scale);
}

torch::Tensor ClearEncoderImpl::forward_all(const BeatBatch& batch) {
  LeadBeatPattern pattern;
  pattern.leads = config_.lead_count();
  pattern.lead = lead_of_tokens(config_, batch.present);
  pattern.key_bias = bias_of(batch.present);
  const auto x = embed(batch.beats, batch.present, places->tokens(batch.time_bin));
  return run_blocks(blocks, x, pattern, {});
}

ClearDecoderImpl::ClearDecoderImpl(const ClearConfig& config) : config_(config) {
  const auto width = config.decoder_width;
  places = register_module("places", BeatPlaces(config, width));
  embed = register_module("embed", torch::nn::Linear(config.width, width));
  mask_token = register_parameter("mask_token", torch::zeros({width}));
  blocks = register_module("blocks", post_norm_blocks(config.decoder_depth, width,
                                                      config.decoder_heads, config.ffn_width));
  norm = register_module(
      "norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}).eps(kNormEpsilon)));
  head = register_module("head", torch::nn::Linear(width, config.beat_samples + 2));
}

torch::Tensor ClearDecoderImpl::forward(const torch::Tensor& encoded, const BeatBatch& batch,
                                        const torch::Tensor& visible, const ShownTokens& shown) {
  const auto leads = config_.lead_count(), records = visible.size(0), tokens = visible.size(1);
  const auto rows = embed(encoded);
  const auto seen = rows.narrow(1, leads, rows.size(1) - leads);
  const auto place = shown.index.unsqueeze(-1).expand_as(seen);
  const auto spread =
      at::zeros({records, tokens, rows.size(2)}, rows.options()).scatter(1, place, seen);
  LeadBeatPattern pattern;
  pattern.leads = leads;
  pattern.lead = lead_of_tokens(config_, visible);
  pattern.key_bias = bias_of(batch.present);
  pattern.visible = visible > 0.5;
  pattern.visible_index = shown.index;
  pattern.visible_bias = shown.bias;
  const auto mixed =
      at::where(pattern.visible.unsqueeze(-1), spread, mask_token.to(rows.scalar_type()));
  const auto cls = rows.narrow(1, 0, leads) + places->cls(records);
  const auto x = at::cat({cls, mixed + places->tokens(batch.time_bin)}, 1);
  return head(norm(run_blocks(blocks, x, pattern, {}).narrow(1, leads, tokens)));
}

ClearModelImpl::ClearModelImpl(const ClearConfig& config) : config_(config) {
  encoder = register_module("encoder", ClearEncoder(config));
  decoder = register_module("decoder", ClearDecoder(config));
}

torch::Tensor ClearModelImpl::predict(const BeatBatch& batch, const torch::Tensor& visible,
                                      const ShownTokens& shown, const torch::Tensor& path_scale) {
  const auto encoded = encoder->forward_visible(batch, visible, shown, path_scale);
  return decoder->forward(encoded, batch, visible, shown);
}

ClearEncoding ClearModelImpl::encode(const BeatBatch& batch) {
  const auto leads = config_.lead_count();
  const auto rows = encoder->forward_all(batch);
  const auto there = batch.present.view({batch.present.size(0), leads, -1}).amax(2).unsqueeze(-1);
  const auto cls = rows.narrow(1, 0, leads) * there;
  const auto tokens = rows.narrow(1, leads, config_.token_count()) * batch.present.unsqueeze(-1);
  return {cls, tokens, cls.sum(1) / there.sum(1).clamp_min(1)};
}

}  // namespace ecg
