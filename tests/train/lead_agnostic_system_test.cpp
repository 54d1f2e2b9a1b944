// The lead-agnostic system as a whole: views, loss, ranks, embeddings, learning.
#include "objective/lead_agnostic_system.h"

#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adamw.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <mutex>

#include "objective/cmsc.h"
#include "objective/w2v_contrast.h"
#include "ranks.h"
#include "toy_model.h"
#include "waves.h"

using namespace ecg;
using test::wave;

namespace {

ObjectiveConfig small_config() {
  ObjectiveConfig config;
  config.system = "lead_agnostic";
  config.input.samples = 200;
  config.input.patch_samples = 25;
  config.model.width = 16;
  config.model.depth = 2;
  config.model.heads = 2;
  config.model.mlp_ratio = 2;
  config.lead_agnostic = test::toy_lead_agnostic();
  REQUIRE(complete_objective(config).has_value());
  return config;
}

// Records first to first + count - 1 of a fixed set, of which number 2 has no V1.
Batch records(std::int64_t first, std::int64_t count, bool held_out = false) {
  Batch batch;
  batch.signal = wave({12, 12, 200}, 0.3).narrow(0, first, count).to(torch::kFloat32).clone();
  batch.lead_mask = torch::ones({12, 12});
  batch.lead_mask[2][6] = 0;
  batch.lead_mask = batch.lead_mask.narrow(0, first, count).clone();
  batch.complete = false;
  batch.held_out = held_out;
  batch.patient = torch::tensor({4, 1, 5, 9, 2, 4, 1, 7, 8, 10, 11, 12}, torch::kInt64)
                      .narrow(0, first, count)
                      .clone();
  for (std::int64_t i = 0; i < count; ++i) {
    batch.keys.push_back({7, 3, static_cast<std::uint64_t>(first + i), 0, RandomPurpose::kMask});
  }
  return batch;
}

Batch prepared(const System& system, std::int64_t first, std::int64_t count,
               bool held_out = false) {
  Batch batch = records(first, count, held_out);
  system.prepare(batch);
  return batch;
}

// What the engine minimises: parts over their counts, weighted.
torch::Tensor loss_of(System& system, const Batch& batch, const torch::Tensor& counts,
                      const Communicator& ranks) {
  const auto terms = system.terms();
  const auto sums = system.sums(batch, ranks);
  torch::Tensor loss = torch::zeros({});
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const double count = counts[static_cast<std::int64_t>(i)].item<double>();
    loss = loss + sums[i] * (terms[i].weight / count);
  }
  return loss;
}

double value(const torch::Tensor& scalar) { return scalar.item<double>(); }

}  // namespace

TEST_CASE("Views are the halves of a record with leads left out, the same in any batch") {
  const LeadAgnosticSystem system(small_config());
  const Batch many = prepared(system, 0, 8), one = prepared(system, 2, 1);
  REQUIRE(many.views.size() == 2);
  for (int half = 0; half < 2; ++half) {
    const View& view = many.views[static_cast<std::size_t>(half)];
    const View& alone = one.views[static_cast<std::size_t>(half)];
    CHECK(at::equal(view.target, many.signal.narrow(2, 100 * half, 100)));
    CHECK(at::equal(view.signal, view.target * view.present.unsqueeze(-1)));
    CHECK(view.present[2][6].item<float>() == 0);
    CHECK((view.present <= many.lead_mask).all().item<bool>());
    CHECK((view.present.sum(1) >= 1).all().item<bool>());
    CHECK(view.present.sum().item<float>() < 80);
    CHECK(view.extra.at("hidden").size(1) == 12);  // 49 % of 25 steps
    CHECK(view.counted.sum().item<float>() == 8 * 12);
    for (const auto& [name, tensor] : view.extra) {
      CHECK(at::equal(tensor[2], alone.extra.at(name)[0]));
    }
    CHECK(at::equal(view.present[2], alone.present[0]));
  }
  CHECK_FALSE(at::equal(many.views[0].extra.at("hidden"), many.views[1].extra.at("hidden")));
  CHECK_FALSE(at::equal(many.views[0].present, many.views[1].present));
}

TEST_CASE("Views made by tensors, as on a device, give the plain ones' loss") {
  LeadAgnosticSystem system(small_config());
  const Batch plain = prepared(system, 0, 8);
  Batch twin = records(0, 8);
  twin.by_tensors = true;
  system.prepare(twin);
  const auto expected = system.sums(plain, Communicator()), got = system.sums(twin, Communicator());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(std::abs(value(got[i]) - value(expected[i])) <= 1e-5 * std::abs(value(expected[i])));
  }
}

TEST_CASE("Held-out records keep their leads, have no noise and give the same loss every time") {
  LeadAgnosticSystem system(small_config());
  const Batch batch = prepared(system, 0, 4, true), again = prepared(system, 0, 4, true);
  CHECK(at::equal(batch.views[0].present, batch.lead_mask));
  CHECK(batch.views[0].extra.count("noise") == 0);
  const auto first = system.sums(batch, Communicator()),
             second = system.sums(again, Communicator());
  for (std::size_t i = 0; i < first.size(); ++i) CHECK(value(first[i]) == value(second[i]));
}

TEST_CASE("The system's parts are those of its records one by one") {
  LeadAgnosticSystem system(small_config());
  const Batch batch = prepared(system, 0, 6, true);
  const auto sums = system.sums(batch, Communicator());
  const auto counts = system.counts(batch);
  CHECK(value(counts[0]) == 6 * 2 * 12);
  CHECK(value(counts[2]) == 12);
  double contrast = 0, penalty = 0;
  torch::Tensor first, second;
  for (std::int64_t i = 0; i < 6; ++i) {
    const auto alone = system.sums(prepared(system, i, 1, true), Communicator());
    contrast += value(alone[0]);
    penalty += value(alone[2]);
    for (const std::size_t half : {0, 1}) {
      const View& view = batch.views[half];
      auto& encoder = system.encoder();
      const auto normed = encoder->normed(
          encoder->features_of(view.signal.narrow(0, i, 1), view.present.narrow(0, i, 1)));
      const auto mean =
          encoder->context_of(normed, view.extra.at("hidden").narrow(0, i, 1)).mean(1);
      auto& all = half == 0 ? first : second;
      all = all.defined() ? torch::cat({all, mean}) : mean;
    }
  }
  CHECK(std::fabs(contrast / value(sums[0]) - 1) < 1e-5);
  CHECK(std::fabs(penalty / value(sums[2]) - 1) < 1e-5);
  const auto expected = cmsc_sum(first, second, batch.patient, 0.1, Communicator());
  CHECK(std::fabs(value(expected) / value(sums[3]) - 1) < 1e-5);
  CHECK(value(sums[1]) / 6 > 0);
  CHECK(value(sums[1]) / 6 < 1);
}

TEST_CASE("The weights of the parts are the source's") {
  const LeadAgnosticSystem system(small_config());
  const auto terms = system.terms();
  REQUIRE(terms.size() == 4);
  const double weights[] = {1, 0.1, 10, 1};
  for (std::size_t i = 0; i < 4; ++i) CHECK(terms[i].weight == weights[i]);
}

TEST_CASE("Two ranks with half the records each learn what one learns with all") {
  const ObjectiveConfig config = small_config();
  LeadAgnosticSystem alone(config);
  const Batch all = prepared(alone, 0, 8);
  const auto whole = loss_of(alone, all, alone.counts(all), Communicator());
  whole.backward();
  std::mutex mutex;
  double total = 0;
  std::vector<torch::Tensor> gradients;
  test::with_ranks(2, [&](const Communicator& ranks) {
    LeadAgnosticSystem mine(config);
    const Batch part = prepared(mine, 4 * ranks.rank(), 4);
    auto counts = mine.counts(part);
    ranks.sum(counts);
    const auto loss = loss_of(mine, part, counts, ranks);
    loss.backward();
    const std::lock_guard lock(mutex);
    total += value(loss);
    const auto weights = mine.parameters();
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (gradients.size() <= i) gradients.push_back(torch::zeros_like(weights[i]));
      gradients[i] += weights[i].grad();
    }
  });
  CHECK(std::fabs(total / value(whole) - 1) < 1e-5);
  const auto weights = alone.parameters();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    CHECK(torch::allclose(gradients[i], weights[i].grad(), 1e-3, 1e-5));
  }
}

TEST_CASE("A record is embedded as its two halves; leads by name, absent ones not looked at") {
  LeadAgnosticSystem system(small_config());
  const Batch batch = records(0, 4);
  const torch::NoGradGuard no_grad;
  const auto whole = system.encode(batch.signal, batch.lead_mask);
  REQUIRE(whole.tokens.sizes() == at::IntArrayRef({4, 50, 16}));
  auto& encoder = system.encoder();
  const auto second = encoder->context_of(
      encoder->normed(encoder->features_of(batch.signal.narrow(2, 100, 100), batch.lead_mask)));
  CHECK((whole.tokens.narrow(1, 25, 25) - second).abs().max().item<double>() < 1e-5);
  CHECK((whole.embedding - whole.tokens.mean(1)).abs().max().item<double>() < 1e-6);

  auto spoilt = batch.signal.clone();
  spoilt[2][6].fill_(std::numeric_limits<float>::quiet_NaN());
  CHECK(at::equal(system.encode(spoilt, batch.lead_mask).tokens, whole.tokens));
  ObjectiveConfig reversed = small_config();
  std::reverse(reversed.input.leads.begin(), reversed.input.leads.end());
  REQUIRE(complete_objective(reversed).has_value());
  LeadAgnosticSystem other(reversed);
  CHECK(
      at::equal(other.encode(batch.signal.flip(1), batch.lead_mask.flip(1)).tokens, whole.tokens));

  const auto nothing = system.encode(spoilt, torch::zeros({4, 12}));
  CHECK(nothing.embedding.eq(0).all().item<bool>());
  CHECK(nothing.tokens.eq(0).all().item<bool>());
}

TEST_CASE("Records without any lead leave the loss and its gradients finite") {
  LeadAgnosticSystem system(small_config());
  Batch batch = records(0, 4);
  batch.lead_mask.zero_();
  batch.signal.zero_();
  system.prepare(batch);
  const auto loss = loss_of(system, batch, system.counts(batch), Communicator());
  loss.backward();
  CHECK(loss.isfinite().item<bool>());
  for (const auto& item : system.named_parameters()) {
    INFO(item.key());
    CHECK((!item.value().grad().defined() || item.value().grad().isfinite().all().item<bool>()));
  }
}

TEST_CASE("The system learns one batch by heart, and its temperature falls") {
  LeadAgnosticSystem system(small_config());
  const Batch batch = prepared(system, 0, 8);
  const auto counts = system.counts(batch);
  torch::optim::AdamW optimiser(system.parameters(), torch::optim::AdamWOptions(3e-3));
  const auto parts = [&] {
    const torch::NoGradGuard no_grad;
    const auto sums = system.sums(batch, Communicator());
    return std::pair{value(sums[0] / counts[0]), value(sums[3] / counts[3])};
  };
  const auto before = parts();
  for (int step = 0; step < 150; ++step) {
    optimiser.zero_grad();
    loss_of(system, batch, counts, Communicator()).backward();
    torch::nn::utils::clip_grad_norm_(system.parameters(), 3.0);
    optimiser.step();
    system.after_step(step);
  }
  const auto after = parts();
  INFO(before.first << " -> " << after.first << ", " << before.second << " -> " << after.second);
  CHECK(after.first < 0.6 * before.first);
  CHECK(after.second < 0.5 * before.second);
  CHECK(std::fabs(system.temperature() - 2 * std::pow(0.999995, 150)) < 1e-12);
}

TEST_CASE("Sizes that do not fit are refused by name") {
  ObjectiveConfig config = small_config();
  config.lead_agnostic.position_groups = 3;
  CHECK(check_lead_agnostic(config).error().message.find("position_groups") != std::string::npos);
  config = small_config();
  config.lead_agnostic.conv_layers = 6;
  CHECK(check_lead_agnostic(config).error().message.find("steps") != std::string::npos);
  config = small_config();
  config.input.leads[0] = Lead::kV7;
  CHECK(check_lead_agnostic(config).error().message.find("V7") != std::string::npos);
}
