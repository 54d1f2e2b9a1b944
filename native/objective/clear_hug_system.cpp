#include "objective/clear_hug_system.h"

#include <ATen/Functions.h>

#include <algorithm>

#include "corpus/failure.h"
#include "nn/initialise.h"
#include "objective/beat_reconstruction.h"
#include "objective/views.h"
#include "pretext/mask.h"

namespace ecg {
namespace {

BeatBatch to_device(const BeatBatch& batch, torch::Device device) {
  return {batch.beats.to(device), batch.time_bin.to(device), batch.present.to(device)};
}

BeatBatch beats_of(const View& view) {
  return {view.extra.at("beats"), view.extra.at("time_bin"), view.extra.at("beat_present")};
}

/// [batch, tokens]: a share of the present tokens of every record, drawn from its own key.
torch::Tensor hidden_tokens(const torch::Tensor& present, const std::vector<RandomKey>& keys,
                            double ratio) {
  const auto hidden = torch::zeros_like(present);
  for (std::int64_t b = 0; b < present.size(0); ++b) {
    const float* there = present.const_data_ptr<float>() + b * present.size(1);
    std::vector<std::int64_t> places;
    for (std::int64_t token = 0; token < present.size(1); ++token) {
      if (there[token] > 0.5f) places.push_back(token);
    }
    if (places.empty()) continue;
    RandomKey key = keys[static_cast<std::size_t>(b)];
    key.view = 0;
    key.purpose = RandomPurpose::kMask;
    RandomStream random(key);
    const TokenMask mask = value_or_throw(random_mask({1, places.size(), 1}, ratio, random));
    float* out = hidden.data_ptr<float>() + b * present.size(1);
    for (std::size_t i = 0; i < places.size(); ++i) out[places[i]] = mask[i];
  }
  return hidden;
}

}  // namespace

ClearConfig clear_config(const ObjectiveConfig& config) {
  ClearConfig clear;
  clear.leads = config.input.leads;
  clear.beats = config.clear_hug.most_beats;
  clear.beat_samples = config.clear_hug.beat_samples;
  clear.time_bins = static_cast<std::int64_t>(
      beat_time_bins(config.input.samples, config.input.sampling_rate_hz));
  clear.width = config.model.width;
  clear.depth = config.model.depth;
  clear.heads = config.model.heads;
  clear.ffn_width = config.clear_hug.ffn_width;
  clear.decoder_width = config.model.decoder_width;
  clear.decoder_depth = config.model.decoder_depth;
  clear.decoder_heads = config.model.decoder_heads;
  clear.amplitude = config.clear_hug.amplitude != 0;
  return clear;
}

ClearHugSystem::ClearHugSystem(const ObjectiveConfig& config)
    : System(config), model_(clear_config(config)) {
  register_module("encoder", model_->encoder);
  register_module("decoder", model_->decoder);
  initialise_randomly(*this, static_cast<std::uint64_t>(config.seed));
}

void ClearHugSystem::prepare(Batch& batch) const {
  View view;
  view.target = batch.signal.contiguous();
  view.signal = batch.held_out ? view.target : augmented(view.target, batch, 0, config());
  view.present = batch.lead_mask;
  const auto lead_mask = batch.lead_mask.contiguous();
  const BeatTables target = beat_tables(view.target, lead_mask, batch.r_peaks, config());
  const bool same = view.signal.is_same(view.target);
  const BeatTables seen =
      same ? target : beat_tables(view.signal, lead_mask, target.r_peaks, config());
  view.extra["beats"] = seen.batch.beats;
  view.extra["time_bin"] = seen.batch.time_bin;
  view.extra["beat_present"] = seen.batch.present;
  view.extra["target_beats"] = target.batch.beats;
  const auto hidden =
      hidden_tokens(seen.batch.present.contiguous(), batch.keys, config().clear_hug.mask_ratio);
  view.visible = seen.batch.present * (1 - hidden);
  view.counted = seen.batch.present * hidden;
  const ShownTokens shown = shown_tokens(view.visible);
  view.extra["shown_index"] = shown.index;
  view.extra["shown_bias"] = shown.bias;
  batch.views.push_back(std::move(view));
}

std::vector<LossTerm> ClearHugSystem::terms() const {
  const double level = config().clear_hug.level_weight;
  if (level == 0) return {{"beat", 1}};
  return {{"beat", 1}, {"level", level}, {"spread", level}};
}

torch::Tensor ClearHugSystem::counts(const Batch& batch) const {
  const auto tokens = batch.views.at(0).counted.sum(torch::kFloat64);
  return tokens.expand({static_cast<std::int64_t>(terms().size())}).contiguous();
}

std::vector<torch::Tensor> ClearHugSystem::sums(const Batch& batch, const Communicator&) {
  const View& view = batch.views.at(0);
  const ShownTokens shown{view.extra.at("shown_index"), view.extra.at("shown_bias")};
  const auto prediction = model_->predict(beats_of(view), view.visible, shown, batch.path_scale);
  const BeatLossSums loss = beat_reconstruction_sums(prediction, view.extra.at("target_beats"),
                                                     view.counted, model_->config().epsilon);
  if (terms().size() == 1) return {loss.shape};
  return {loss.shape, loss.level, loss.spread};
}

EncodedBatch ClearHugSystem::encode(const torch::Tensor& signal, const torch::Tensor& lead_mask) {
  const BeatTables tables = beat_tables(signal, lead_mask, config());
  const ClearEncoding encoded = model_->encode(to_device(tables.batch, signal.device()));
  return {torch::cat({encoded.leads, encoded.tokens}, 1), encoded.embedding};
}

torch::Tensor ClearHugSystem::reconstructed_beats(const BeatBatch& batch,
                                                  const torch::Tensor& token_mask) {
  const auto visible = batch.present * (1 - token_mask);
  const auto prediction = model_->predict(batch, visible, shown_tokens(visible));
  const auto length = batch.beats.size(-1);
  const auto seen = visible.unsqueeze(-1) > 0.5;
  const NormalisedBeats own = normalise_beats(batch.beats, model_->config().epsilon);
  const auto mean = at::where(seen, own.mean, prediction.narrow(-1, length, 1));
  const auto log_sd = at::where(seen, own.log_sd, prediction.narrow(-1, length + 1, 1));
  const auto beats = prediction.narrow(-1, 0, length) * log_sd.exp() + mean;
  return at::where(batch.present.unsqueeze(-1) > 0.5, beats, at::zeros({}, beats.options()));
}

torch::Tensor ClearHugSystem::reconstruct(const torch::Tensor& signal,
                                          const torch::Tensor& lead_mask,
                                          const torch::Tensor& token_mask) {
  if (config().clear_hug.level_weight == 0) return {};
  const BeatTables tables = beat_tables(signal, lead_mask, config());
  const auto beats = reconstructed_beats(to_device(tables.batch, signal.device()), token_mask)
                         .to(torch::kCPU, torch::kFloat32)
                         .contiguous();
  const auto out = torch::zeros(signal.sizes(), torch::kFloat32);
  const auto values = static_cast<std::size_t>(beats[0].numel());
  for (std::size_t b = 0; b < tables.records.size(); ++b) {
    Signal record(labels_of(config()), signal.size(2), config().input.sampling_rate_hz);
    write_beat_input({beats.const_data_ptr<float>() + b * values, values}, tables.records[b],
                     record);
    std::copy(record.values().begin(), record.values().end(),
              out[static_cast<std::int64_t>(b)].data_ptr<float>());
  }
  return out.to(signal.device());
}

double ClearHugSystem::training_flops(double counted) const {
  const ClearConfig& c = model_->config();
  const auto tokens = static_cast<double>(c.token_count()),
             leads = static_cast<double>(c.lead_count());
  const double visible = counted * (1 / config().clear_hug.mask_ratio - 1);
  const auto stack = [&](double rows, std::int64_t width, std::int64_t depth, double looks) {
    const auto w = static_cast<double>(width), ffn = static_cast<double>(c.ffn_width);
    return static_cast<double>(depth) * 2 * (rows * (4 * w * w + 2 * w * ffn) + 2 * looks * w);
  };
  const double seen_pairs = visible * (visible + leads + 1);
  const double samples = static_cast<double>(c.beat_samples);
  const double ends = 2 * (visible * samples * static_cast<double>(c.width) +
                           tokens * (samples + 2) * static_cast<double>(c.decoder_width));
  return 3 * (ends + stack(leads + visible, c.width, c.depth, seen_pairs) +
              stack(leads + tokens, c.decoder_width, c.decoder_depth,
                    seen_pairs + tokens * (leads + 2)));
}

}  // namespace ecg
