// Hybrid self-supervision as a system: its loss, its views, what must not matter.
#include "objective/hybrid_system.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <torch/optim/adamw.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <mutex>
#include <vector>

#include "objective/contrast.h"
#include "objective/views.h"
#include "ranks.h"

using namespace ecg;

namespace {

constexpr std::int64_t kPatch = 20;

ObjectiveConfig toy_config(const std::string& importance = "none") {
  ObjectiveConfig config;
  config.input.samples = 200;
  config.input.patch_samples = kPatch;
  config.model.width = 16;
  config.model.depth = 2;
  config.model.heads = 2;
  config.model.decoder_width = 12;
  config.model.decoder_depth = 1;
  config.model.decoder_heads = 2;
  config.model.stem = "conv";
  config.model.stem_channels = 4;
  config.views = 2;
  config.contrast.weight = 0.5;
  config.contrast.width = 8;
  config.importance = importance;
  config.importance_bands = 6;
  REQUIRE(complete_objective(config));
  return config;
}

/// Records with something in common between leads and along time.
Batch toy_batch(std::int64_t records, std::int64_t first = 0) {
  Batch batch;
  const auto lead = at::arange(12, at::kFloat).view({1, 12, 1});
  const auto time = at::arange(200, at::kFloat).view({1, 1, 200});
  const auto record = at::arange(first, first + records, at::kFloat).view({records, 1, 1});
  batch.signal = at::sin(time * (0.05 + 0.02 * record) + record) * at::cos(lead * (record + 1)) +
                 0.3 * at::sin(time * 0.31 + lead);
  batch.lead_mask = at::ones({records, 12});
  batch.patient = at::arange(first, first + records, at::kLong);
  for (std::int64_t i = first; i < first + records; ++i) {
    batch.keys.push_back({.seed = 1, .epoch = 2, .record = static_cast<std::uint64_t>(i)});
  }
  return batch;
}

Batch prepared(const HybridSystem& system, Batch batch) {
  system.prepare(batch);
  return batch;
}

/// Parameters away from their gentle start, the same for every system of one configuration.
void stir(HybridSystem& system) {
  const at::NoGradGuard no_grad;
  for (auto& item : system.named_parameters()) {
    const auto ramp = at::arange(item.value().numel(), at::kFloat);
    item.value().add_(0.05 * at::sin(ramp * 0.7).view_as(item.value()));
  }
}

at::Tensor loss_of(HybridSystem& system, const Batch& batch, const at::Tensor& counts,
                   const Communicator& ranks = {}) {
  const auto sums = system.sums(batch, ranks);
  const auto terms = system.terms();
  at::Tensor loss;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto part = terms[i].weight * sums[i] / counts[static_cast<std::int64_t>(i)];
    loss = loss.defined() ? loss + part : part;
  }
  return loss;
}

void to_double(Batch& batch) {
  batch.signal = batch.signal.to(at::kDouble);
  for (View& view : batch.views) {
    for (auto* tensor : {&view.signal, &view.target, &view.present, &view.visible, &view.counted}) {
      *tensor = tensor->to(at::kDouble);
    }
    for (auto& [name, tensor] : view.extra) tensor = tensor.to(at::kDouble);
  }
}

/// Sums over counted tokens written out: patch, level, spread.
std::array<double, 3> plain_sums(const at::Tensor& prediction, const View& view) {
  std::array<double, 3> sums{};
  const auto answers = prediction.to(at::kDouble), target = view.target.to(at::kDouble);
  const std::int64_t columns = target.size(2) / kPatch;
  for (std::int64_t b = 0; b < target.size(0); ++b) {
    for (std::int64_t token = 0; token < 12 * columns; ++token) {
      if (view.counted[b][token].item<double>() == 0) continue;
      const auto patch =
          target[b][token / columns].narrow(0, token % columns * kPatch, kPatch).contiguous();
      const auto answer = answers[b][token].contiguous();
      const double* x = patch.data_ptr<double>();
      const double* y = answer.data_ptr<double>();
      double mean = 0, variance = 0, error = 0;
      for (int n = 0; n < kPatch; ++n) mean += x[n] / kPatch;
      for (int n = 0; n < kPatch; ++n) variance += (x[n] - mean) * (x[n] - mean) / kPatch;
      const double sd = std::sqrt(variance + 1e-4);
      for (int n = 0; n < kPatch; ++n) error += std::pow(y[n] - (x[n] - mean) / sd, 2) / kPatch;
      sums[0] += error;
      sums[1] += std::pow(y[kPatch] - mean, 2);
      sums[2] += std::pow(y[kPatch + 1] - std::log(sd), 2);
    }
  }
  return sums;
}

}  // namespace

TEST_CASE("The parts of a hybrid loss are what they say") {
  HybridSystem system(toy_config());
  stir(system);
  const at::NoGradGuard no_grad;
  auto batch = prepared(system, toy_batch(4));
  REQUIRE(system.terms().size() == 4);
  const auto sums = system.sums(batch, {});
  const auto counts = system.counts(batch);
  std::array<double, 3> expected{};
  std::vector<at::Tensor> pooled;
  double tokens = 0;
  for (const View& view : batch.views) {
    const auto patches = patches_from_signal(view.signal, kPatch);
    const auto parts =
        plain_sums(system.autoencoder()->predict_masked(patches, view.visible), view);
    for (std::size_t i = 0; i < 3; ++i) expected[i] += parts[i];
    tokens += view.counted.sum().item<double>();
    const auto all = system.autoencoder()->encoder->forward_masked(patches, view.visible);
    const auto seen = all * view.visible.unsqueeze(-1);
    pooled.push_back(seen.sum(1) / view.visible.sum(1, true));
  }
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(std::fabs(sums[i].item<double>() - expected[i]) < 1e-5 * expected[i]);
    CHECK(counts[static_cast<std::int64_t>(i)].item<double>() == tokens);
  }
  const auto head = system.named_parameters();
  const auto project = [&](const at::Tensor& x) {
    const auto hidden =
        at::linear(x, head["projector.hidden.weight"], head["projector.hidden.bias"]);
    const auto normed =
        at::layer_norm(hidden, {16}, head["projector.norm.weight"], head["projector.norm.bias"]);
    return at::linear(at::gelu(normed), head["projector.output.weight"],
                      head["projector.output.bias"]);
  };
  const ContrastBatch compared = {project(pooled[0]), project(pooled[1]), batch.patient,
                                  at::ones({4})};
  CHECK(std::fabs((sums[3] - contrast_sum(compared, {}, {})).item<double>()) < 1e-4);
  CHECK(counts[3].item<double>() == 8);
}

TEST_CASE("A hybrid's gradients agree with finite differences") {
  for (const char* importance : {"none", "learned"}) {
    HybridSystem system(toy_config(importance));
    stir(system);
    auto batch = prepared(system, toy_batch(3));
    const auto counts = system.counts(batch);
    to_double(batch);
    system.to(at::kDouble);
    loss_of(system, batch, counts).backward();
    int checked = 0;
    for (auto& item : system.named_parameters()) {
      INFO(item.key());
      const auto gradient = item.value().grad();
      REQUIRE(gradient.defined());
      const at::NoGradGuard no_grad;
      auto flat = item.value().view(-1);
      for (const std::int64_t at : {flat.numel() / 3, flat.numel() - 1}) {
        constexpr double kStep = 1e-5;
        const double here = flat[at].item<double>();
        flat[at] = here + kStep;
        const double above = loss_of(system, batch, counts).item<double>();
        flat[at] = here - kStep;
        const double below = loss_of(system, batch, counts).item<double>();
        flat[at] = here;
        const double exact = gradient.view(-1)[at].item<double>();
        CHECK(std::fabs((above - below) / (2 * kStep) - exact) < 1e-7 + 1e-5 * std::fabs(exact));
        checked += exact != 0;
      }
    }
    CHECK(checked > 60);
  }
}

TEST_CASE("Two ranks of four learn what one batch of eight teaches") {
  const auto config = toy_config("learned");
  HybridSystem alone(config);
  stir(alone);
  const auto whole = prepared(alone, toy_batch(8));
  const auto counts = alone.counts(whole);
  auto loss = loss_of(alone, whole, counts);
  loss.backward();
  std::mutex mutex;
  double total = 0;
  std::map<std::string, at::Tensor> gradients;
  test::with_ranks(2, [&](const Communicator& ranks) {
    std::unique_lock lock(mutex);
    HybridSystem mine(config);
    stir(mine);
    const auto part = prepared(mine, toy_batch(4, 4 * ranks.rank()));
    lock.unlock();
    const auto own = loss_of(mine, part, counts, ranks);
    own.backward();
    lock.lock();
    total += own.item<double>();
    for (const auto& item : mine.named_parameters()) {
      auto& sum = gradients[item.key()];
      sum = sum.defined() ? sum + item.value().grad() : item.value().grad().clone();
    }
  });
  CHECK(std::fabs(total - loss.item<double>()) < 1e-5);
  for (const auto& item : alone.named_parameters()) {
    INFO(item.key());
    CHECK(at::allclose(gradients[item.key()], item.value().grad(), 1e-3, 1e-6));
  }
}

TEST_CASE("Reconstruction does not depend on who else is in the batch, contrast does") {
  HybridSystem system(toy_config("learned"));
  stir(system);
  const at::NoGradGuard no_grad;
  const auto together = system.sums(prepared(system, toy_batch(3)), {});
  std::vector<double> apart(4, 0.0);
  for (std::int64_t i = 0; i < 3; ++i) {
    const auto sums = system.sums(prepared(system, toy_batch(1, i)), {});
    for (std::size_t k = 0; k < 4; ++k) apart[k] += sums[k].item<double>();
  }
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(std::fabs(together[k].item<double>() - apart[k]) < 1e-5 * std::fabs(apart[k]));
  }
  CHECK(std::fabs(apart[3]) < 1e-5);  // nobody to be told from
  CHECK(together[3].item<double>() > 0.1);
  auto family = toy_batch(3);
  family.patient.fill_(7);
  CHECK(std::fabs(system.sums(prepared(system, family), {})[3].item<double>()) < 1e-5);
}

TEST_CASE("Records without any lead neither count nor spoil anything") {
  HybridSystem system(toy_config("learned"));
  stir(system);
  auto batch = toy_batch(3);
  batch.lead_mask[1].zero_();
  batch.signal[1].zero_();
  batch.complete = false;
  system.prepare(batch);
  const auto counts = system.counts(batch);
  CHECK(counts[3].item<double>() == 4);
  auto loss = loss_of(system, batch, counts);
  CHECK(std::isfinite(loss.item<double>()));
  loss.backward();
  for (const auto& item : system.named_parameters()) {
    INFO(item.key());
    CHECK(at::isfinite(item.value().grad()).all().item<bool>());
  }
  auto nobody = toy_batch(2);
  nobody.lead_mask.zero_();
  nobody.signal.zero_();
  nobody.complete = false;
  system.prepare(nobody);
  CHECK(system.counts(nobody).sum().item<double>() == 0);
  for (const auto& sum : system.sums(nobody, {})) CHECK(sum.item<double>() == 0);
}

TEST_CASE("A hidden sample changes nothing that a hybrid sees") {
  HybridSystem system(toy_config());
  stir(system);
  const at::NoGradGuard no_grad;
  auto batch = prepared(system, toy_batch(2));
  const auto before = system.predict(batch.views[0])->prediction;
  auto spoilt = patches_from_signal(batch.views[0].signal, kPatch).clone();
  spoilt.masked_fill_((batch.views[0].visible < 0.5).unsqueeze(-1), 1e4);
  batch.views[0].signal = signal_from_patches(spoilt, 12);
  CHECK(at::equal(system.predict(batch.views[0])->prediction, before));
}

TEST_CASE("Two views have masks and disturbances of their own; held-out records have none") {
  auto config = toy_config("learned");
  config.augment_methods = "scale";
  HybridSystem system(config);
  const auto batch = prepared(system, toy_batch(2));
  REQUIRE(batch.views.size() == 2);
  const View &first = batch.views[0], &second = batch.views[1];
  CHECK_FALSE(at::equal(first.visible, second.visible));
  CHECK_FALSE(at::equal(first.signal, second.signal));
  CHECK(at::equal(first.target, batch.signal));
  CHECK(at::equal(second.target, batch.signal));
  CHECK_FALSE(at::equal(first.extra.at("fda_size"), second.extra.at("fda_size")));
  const auto again = prepared(system, toy_batch(2));
  CHECK(at::equal(again.views[1].signal, second.signal));
  CHECK(at::equal(again.views[1].extra.at("fda_chance"), second.extra.at("fda_chance")));
  auto held_out = toy_batch(2);
  held_out.held_out = true;
  system.prepare(held_out);
  CHECK(held_out.views[0].extra.empty());
  CHECK(at::equal(held_out.views[1].signal, held_out.signal));
}

TEST_CASE("Every view may have a mask of its own") {
  auto config = toy_config();
  config.mask_method = "leads,time";
  config.mask_ratio = 0.5;
  HybridSystem system(config);
  const auto batch = prepared(system, toy_batch(2));
  REQUIRE(batch.views.size() == 2);
  const auto by_lead = [&](int view) {
    const auto& visible = batch.views[static_cast<std::size_t>(view)].visible;
    return visible.view({visible.size(0), config.model.lead_count(), -1});
  };
  CHECK(at::equal(by_lead(0).amin(2), by_lead(0).amax(2)));  // leads: all columns alike
  CHECK(at::equal(by_lead(1).amin(1), by_lead(1).amax(1)));  // time: all leads alike
  CHECK(by_lead(0).mean().item<double>() == 0.5);
  CHECK(by_lead(1).mean().item<double>() == 0.5);
}

TEST_CASE("An aligned view shows a beat in its middle, and nothing beyond its record") {
  auto config = toy_config();
  config.alignment = "r_peak";
  HybridSystem system(config);
  CHECK(system.needs_details());
  int moved = 0;
  for (std::int64_t record = 0; record < 20; ++record) {
    auto batch = toy_batch(1, record);
    batch.r_peaks = {{20, 75, 128, 180}};
    batch.signal.zero_();
    for (const std::int32_t peak : batch.r_peaks[0]) batch.signal.select(2, peak).fill_(5);
    batch.signal.select(2, 0).fill_(1);
    system.prepare(batch);
    const auto shifts = view_shifts(batch, 0, config);
    const View& view = batch.views[0];
    REQUIRE(shifts[0] != 0);
    CHECK((view.target[0][3].narrow(0, 90, 21) == 5).any().item<bool>());
    const std::int64_t from = std::max<std::int64_t>(shifts[0], 0);
    const std::int64_t length = 200 - std::abs(shifts[0]);
    CHECK(at::equal(view.target[0].narrow(1, from, length),
                    batch.signal[0].narrow(1, from - shifts[0], length)));
    const auto grid = (view.visible + view.counted).view({12, 10});
    for (std::int64_t column = 0; column < 10; ++column) {
      const std::int64_t begin = column * kPatch - shifts[0];
      const bool covered = begin >= 0 && begin + kPatch <= 200;
      CHECK(grid.select(1, column).sum().item<double>() == (covered ? 12 : 0));
    }
    REQUIRE(view.visible_index.defined());
    CHECK(view.visible_index.size(1) == view.visible.sum().item<std::int64_t>());
    moved += !at::equal(view.target, batch.views[1].target);
  }
  CHECK(moved > 10);
}

TEST_CASE("A hybrid learns one batch by heart, and its map does not collapse over it") {
  HybridSystem system(toy_config("learned"));
  const auto batch = prepared(system, toy_batch(6));
  const auto counts = system.counts(batch);
  torch::optim::AdamW optimiser(system.parameters(), torch::optim::AdamWOptions(5e-3));
  double first = 0, last = 0;
  for (int step = 0; step < 200; ++step) {
    optimiser.zero_grad();
    auto loss = loss_of(system, batch, counts);
    loss.backward();
    optimiser.step();
    last = loss.item<double>();
    if (step == 0) first = last;
  }
  CHECK(last < 0.4 * first);
  const at::NoGradGuard no_grad;
  const auto& map = system.importance();
  CHECK(map->logits.abs().max().item<double>() > 0.1);  // it did learn
  const auto rows = at::cat({batch.signal.narrow(1, 0, 2), batch.signal.narrow(1, 6, 6)}, 1);
  const auto power = at::fft_rfft(rows).abs().square();
  const auto weight = ImportanceMap(map)->disturbed(batch.signal);
  const auto spent = (weight * power).sum({1, 2}) / power.sum({1, 2});
  CHECK((spent - kDisturbedShare).abs().max().item<double>() < 1e-3);
}

TEST_CASE("Either half of a hybrid can be left out, not both") {
  auto config = toy_config();
  config.reconstruction.weight = 0;
  REQUIRE(complete_objective(config));
  HybridSystem contrast_only(config);
  const auto batch = prepared(contrast_only, toy_batch(3));
  CHECK(contrast_only.terms().size() == 1);
  CHECK(contrast_only.sums(batch, {}).size() == 1);
  CHECK_FALSE(contrast_only.predict(batch.views[0]));
  CHECK_FALSE(
      contrast_only.reconstruct(batch.signal, batch.lead_mask, at::zeros({3, 120})).defined());

  config = toy_config();
  config.contrast.weight = 0;
  config.views = 1;
  REQUIRE(complete_objective(config));
  HybridSystem plain(config);
  CHECK(plain.terms().size() == 3);
  CHECK_FALSE(plain.named_parameters().contains("projector.output.weight"));
  config.reconstruction.weight = 0;
  CHECK_FALSE(complete_objective(config));
  config = toy_config();
  config.views = 1;
  CHECK_FALSE(complete_objective(config));
  config = toy_config("learned");
  config.importance_bands = 500;
  CHECK_FALSE(complete_objective(config));
}
