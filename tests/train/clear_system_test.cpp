// The system clear_hug: its loss in loops, its masks, what whole records are encoded as.

#include <torch/types.h>

#include <ATen/Functions.h>
#include <torch/optim/adamw.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

#include "objective/beat_reconstruction.h"
#include "objective/clear_hug_system.h"

using namespace ecg;

namespace {

constexpr std::int64_t kLeads = 12, kBeats = 6, kSamples = 500;

double largest(const torch::Tensor& difference) { return difference.abs().max().item<double>(); }

ObjectiveConfig toy_config() {
  ObjectiveConfig config;
  config.system = "clear_hug";
  config.input.samples = kSamples;
  config.model.width = 24;
  config.model.depth = config.model.heads = config.model.decoder_heads = 2;
  config.model.decoder_width = 16;
  config.model.decoder_depth = 1;
  config.clear_hug.most_beats = kBeats;
  config.clear_hug.ffn_width = 32;
  REQUIRE(complete_objective(config).has_value());
  return config;
}

// A sharp R and a slow T in every lead with the lead's own sizes, every `interval` samples.
torch::Tensor heart(const std::vector<std::int32_t>& peaks, double turn) {
  const auto signal = torch::zeros({kLeads, kSamples});
  auto out = signal.accessor<float, 2>();
  for (std::int64_t lead = 0; lead < kLeads; ++lead) {
    const double r = std::cos(0.5 * static_cast<double>(lead) + turn);
    const double t = 0.4 * std::sin(0.4 * static_cast<double>(lead) + 2 * turn);
    for (std::int64_t i = 0; i < kSamples; ++i) {
      for (const std::int32_t peak : peaks) {
        const auto away = static_cast<double>(i - peak);
        out[lead][i] += static_cast<float>(3 * r * std::exp(-away * away / 8) +
                                           t * std::exp(-(away - 28) * (away - 28) / 90));
      }
    }
  }
  return signal;
}

// Four records: 5 beats, 4 beats, 5 beats without V3 and aVL, 9 beats.
Batch toy_batch() {
  Batch batch;
  batch.r_peaks = {{50, 140, 235, 330, 420},
                   {40, 160, 290, 410},
                   {60, 150, 240, 330, 430},
                   {20, 75, 130, 185, 240, 295, 350, 405, 460}};
  std::vector<torch::Tensor> signals;
  for (std::size_t i = 0; i < 4; ++i) {
    signals.push_back(heart(batch.r_peaks[i], 0.7 * static_cast<double>(i)));
    batch.keys.push_back({3, 1, 100 + i, 0, RandomPurpose::kTest});
  }
  batch.signal = torch::stack(signals);
  batch.lead_mask = torch::ones({4, kLeads});
  for (const std::int64_t lead : {4, 8}) {
    batch.lead_mask[2][lead] = 0;
    batch.signal[2][lead].zero_();
  }
  batch.complete = false;
  return batch;
}

Batch part_of(const Batch& whole, std::size_t row) {
  Batch batch;
  batch.keys = {whole.keys[row]};
  batch.r_peaks = {whole.r_peaks[row]};
  batch.signal = whole.signal.narrow(0, static_cast<std::int64_t>(row), 1);
  batch.lead_mask = whole.lead_mask.narrow(0, static_cast<std::int64_t>(row), 1);
  return batch;
}

double total_loss(ClearHugSystem& system, const Batch& batch) {
  const auto sums = system.sums(batch, {});
  const auto counts = system.counts(batch);
  return (sums[0] / counts[0]).item<double>();
}

}  // namespace

TEST_CASE("The loss is its formula, and what is not counted does not matter") {
  at::manual_seed(1);
  const std::int64_t batch = 2, tokens = 5, length = 7;
  const auto beats = at::randn({batch, tokens, length}) * 2 + 0.5;
  const auto prediction = at::randn({batch, tokens, length + 2});
  const auto counted = at::tensor({1.f, 0.f, 1.f, 1.f, 0.f, 0.f, 0.f, 1.f, 0.f, 1.f}).view({2, 5});
  double shape = 0, level = 0, spread = 0;
  for (std::int64_t b = 0; b < batch; ++b) {
    for (std::int64_t t = 0; t < tokens; ++t) {
      if (counted[b][t].item<float>() == 0) continue;
      double mean = 0, squares = 0, error = 0;
      const auto x = [&](std::int64_t i) { return beats[b][t][i].item<double>(); };
      const auto y = [&](std::int64_t i) { return prediction[b][t][i].item<double>(); };
      for (std::int64_t i = 0; i < length; ++i) mean += x(i) / length;
      for (std::int64_t i = 0; i < length; ++i) squares += std::pow(x(i) - mean, 2);
      const double sd = std::sqrt(squares / (length - 1) + 1e-6);
      for (std::int64_t i = 0; i < length; ++i) error += std::pow(y(i) - (x(i) - mean) / sd, 2);
      shape += error / length;
      level += std::pow(y(length) - mean, 2);
      spread += std::pow(y(length + 1) - std::log(sd), 2);
    }
  }
  const auto spoilt_beats = beats.masked_fill((counted < 0.5).unsqueeze(-1), NAN);
  const auto spoilt_prediction = prediction.masked_fill((counted < 0.5).unsqueeze(-1), NAN);
  for (const auto& loss :
       {beat_reconstruction_sums(prediction, beats, counted, 1e-6),
        beat_reconstruction_sums(spoilt_prediction, spoilt_beats, counted, 1e-6)}) {
    CHECK(std::fabs(loss.shape.item<double>() - shape) < 1e-5 * shape);
    CHECK(std::fabs(loss.level.item<double>() - level) < 1e-5 * level);
    CHECK(std::fabs(loss.spread.item<double>() - spread) < 1e-5 * spread);
  }
}

TEST_CASE("Masks hide the exact share of the beats there are, keyed by record alone") {
  const ClearHugSystem system(toy_config());
  Batch batch = toy_batch();
  system.prepare(batch);
  const View& view = batch.views.at(0);
  const double there[] = {60, 48, 50, 72}, hidden[] = {48, 38, 40, 58};
  for (std::int64_t b = 0; b < 4; ++b) {
    CHECK(view.extra.at("beat_present")[b].sum().item<double>() == there[b]);
    CHECK(view.counted[b].sum().item<double>() == hidden[b]);
    CHECK(view.visible[b].sum().item<double>() == there[b] - hidden[b]);
  }
  CHECK(view.counted[2].view({kLeads, kBeats})[8].sum().item<double>() == 0);
  CHECK((view.counted * view.visible).sum().item<double>() == 0);

  for (std::size_t row = 0; row < 4; ++row) {
    Batch alone = part_of(batch, row);
    system.prepare(alone);
    const auto place = static_cast<std::int64_t>(row);
    CHECK(at::equal(alone.views[0].visible[0], view.visible[place]));
    CHECK(at::equal(alone.views[0].extra.at("beats")[0], view.extra.at("beats")[place]));
  }
  Batch later = toy_batch();
  for (RandomKey& key : later.keys) key.epoch += 1;
  system.prepare(later);
  CHECK_FALSE(at::equal(later.views[0].visible, view.visible));
  CHECK(at::equal(later.views[0].extra.at("beats"), view.extra.at("beats")));
}

TEST_CASE("Every beat is hidden equally often") {
  const ClearHugSystem system(toy_config());
  torch::Tensor seen = torch::zeros({kLeads * kBeats});
  constexpr int kDraws = 400;
  for (int draw = 0; draw < kDraws; ++draw) {
    Batch batch = part_of(toy_batch(), 3);
    batch.keys[0].epoch = static_cast<std::uint32_t>(draw);
    system.prepare(batch);
    seen += batch.views[0].visible[0];
  }
  // 14 of 72: standard deviation sqrt(p (1 - p) / 400) = 0.0198.
  CHECK(largest(seen / kDraws - 14.0 / 72) < 4.5 * 0.0198);
}

TEST_CASE("A token holds its own beat with its time, and augmentation leaves the target alone") {
  ObjectiveConfig config = toy_config();
  config.augment_methods = "scale";
  const ClearHugSystem system(config);
  Batch batch = toy_batch();
  system.prepare(batch);
  const auto& extra = batch.views[0].extra;
  const std::int64_t token = 6 * kBeats + 1;  // V1, second beat of the first record
  CHECK(at::equal(extra.at("target_beats")[0][token].narrow(0, 20, 60),
                  batch.signal[0][6].narrow(0, 140 - 48 + 20, 60)));
  CHECK(extra.at("time_bin")[0][token].item<float>() == 2);
  CHECK_FALSE(at::equal(extra.at("beats"), extra.at("target_beats")));
  Batch held_out = toy_batch();
  held_out.held_out = true;
  system.prepare(held_out);
  CHECK(at::equal(held_out.views[0].extra.at("beats"), extra.at("target_beats")));
}

TEST_CASE("Missing beats count as tokens only where the configuration says so") {
  ObjectiveConfig config = toy_config();
  config.clear_hug.padding_tokens = 1;
  ClearHugSystem system(config);
  Batch batch = toy_batch();
  system.prepare(batch);
  CHECK(batch.views[0].extra.at("beat_present")[1].sum().item<double>() == kLeads * kBeats);
  CHECK(batch.views[0].extra.at("beat_present")[2].sum().item<double>() == 10 * kBeats);
  CHECK(std::isfinite(total_loss(system, batch)));
}

TEST_CASE("A step does not depend on how its records are shared out") {
  ClearHugSystem system(toy_config());
  Batch together = toy_batch();
  system.prepare(together);
  const auto whole = system.sums(together, {});
  const auto counts = system.counts(together);
  torch::Tensor parts = torch::zeros({3}), number = torch::zeros({3}, torch::kDouble);
  for (std::size_t row = 0; row < 4; ++row) {
    Batch alone = part_of(together, row);
    system.prepare(alone);
    parts += torch::stack(system.sums(alone, {}));
    number += system.counts(alone);
  }
  CHECK(at::equal(number, counts));
  CHECK(largest(parts / torch::stack(whole) - 1) < 1e-5);
  CHECK(system.terms().size() == 3);
}

TEST_CASE("Whole records give lead rows, beat rows and their mean; absent leads are 0") {
  ClearHugSystem system(toy_config());
  const Batch batch = toy_batch();
  const torch::NoGradGuard no_grad;
  const EncodedBatch encoded = system.encode(batch.signal, batch.lead_mask);
  REQUIRE(encoded.tokens.sizes() == at::IntArrayRef({4, kLeads + kLeads * kBeats, 24}));
  CHECK(encoded.tokens.isfinite().all().item<bool>());
  CHECK(largest(encoded.embedding[0] - encoded.tokens[0].narrow(0, 0, kLeads).mean(0)) < 1e-6);
  CHECK(largest(encoded.tokens[2][4]) == 0);
  CHECK(largest(encoded.tokens[2].narrow(0, kLeads + 4 * kBeats, kBeats)) == 0);
  auto spoilt = batch.signal.clone();
  spoilt[2][4].fill_(NAN);
  CHECK(at::equal(system.encode(spoilt, batch.lead_mask).embedding, encoded.embedding));
  const auto nothing = system.encode(batch.signal, torch::zeros_like(batch.lead_mask));
  CHECK(largest(nothing.embedding) == 0);
  CHECK(system.encode(torch::zeros_like(batch.signal), batch.lead_mask)
            .embedding.isfinite()
            .all()
            .item<bool>());
}

TEST_CASE("A reconstruction fills the beats' windows, where levels are learnt") {
  ClearHugSystem system(toy_config());
  const Batch batch = toy_batch();
  const torch::NoGradGuard no_grad;
  auto hidden = torch::zeros({4, kLeads * kBeats});
  hidden.narrow(1, 7 * kBeats, 2).fill_(1);  // V2, two beats
  const auto waveform = system.reconstruct(batch.signal, batch.lead_mask, hidden);
  REQUIRE(waveform.sizes() == batch.signal.sizes());
  CHECK(waveform.isfinite().all().item<bool>());
  CHECK(largest(waveform[2][4]) == 0);
  ObjectiveConfig config = toy_config();
  config.clear_hug.level_weight = 0;
  ClearHugSystem shapes_only(config);
  CHECK_FALSE(shapes_only.reconstruct(batch.signal, batch.lead_mask, hidden).defined());
  CHECK(shapes_only.terms().size() == 1);
}

TEST_CASE("One batch can be learnt by heart") {
  ClearHugSystem system(toy_config());
  Batch batch = toy_batch();
  system.prepare(batch);
  torch::optim::AdamW optimiser(system.parameters(), torch::optim::AdamWOptions(3e-3));
  const double before = total_loss(system, batch);
  for (int step = 0; step < 150; ++step) {
    optimiser.zero_grad();
    const auto sums = system.sums(batch, {});
    ((sums[0] + sums[1] + sums[2]) / system.counts(batch)[0]).backward();
    optimiser.step();
  }
  const double after = total_loss(system, batch);
  INFO(before << " -> " << after);
  CHECK(before > 0.8);
  CHECK(after < 0.25 * before);
}

TEST_CASE("Weights depend on the seed and nothing else") {
  ObjectiveConfig config = toy_config();
  ClearHugSystem a(config), b(config);
  config.seed = 2;
  ClearHugSystem c(config);
  for (const auto& item : a.named_parameters()) {
    INFO(item.key());
    CHECK(at::equal(item.value(), b.named_parameters()[item.key()]));
  }
  CHECK_FALSE(
      at::equal(a.model()->encoder->beat_embed->weight, c.model()->encoder->beat_embed->weight));
  CHECK(largest(a.model()->encoder->places->time_embedding) > 0);
}
