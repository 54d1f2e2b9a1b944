// Updates of all parameters at once, blocks computed twice, and positions that are learned: what a
// run makes of them.

#include <ATen/Functions.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "corpus/failure.h"
#include "nn/mae_config.h"
#include "nn/masked_autoencoder.h"
#include "support/temporary_folder.h"
#include "toy_run.h"
#include "train/adamw.h"
#include "train/checkpoint.h"
#include "train/flat_gradients.h"
#include "train/learner.h"

using namespace ecg;
using namespace ecg::test;

namespace {

bool same_weights(const std::map<std::string, torch::Tensor>& a,
                  const std::map<std::string, torch::Tensor>& b) {
  REQUIRE(a.size() == b.size());
  bool same = true;
  for (const auto& [name, tensor] : a) same = same && at::equal(tensor, b.at(name));
  return same;
}

}  // namespace

TEST_CASE("Updating all parameters at once equals updating them one by one") {
  TrainConfig config = toy_config();
  config.layer_decay = 0.7;
  MaskedAutoencoder together(config.model, 1), apart(config.model, 1);
  AdamW at_once(*together, config), one_by_one(*apart, config);
  FlatGradients gradients(*together);
  REQUIRE(flat_gradient_of({together->encoder->patch_embed->weight}).has_value());
  for (int step = 0; step < 3; ++step) {
    at::manual_seed(step);
    for (const auto& parameter : together->parameters())
      parameter.grad().copy_(at::randn_like(parameter));
    at::manual_seed(step);
    for (auto& parameter : apart->parameters())
      parameter.mutable_grad() = at::randn_like(parameter);
    at_once.step(0.01);
    one_by_one.step(0.01);
  }
  const auto a = together->parameters(), b = apart->parameters();
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(at::allclose(a[i], b[i], 1e-5, 1e-7));
  const auto former = at_once.state(), same = one_by_one.state();
  for (const auto& [name, value] : former) CHECK(at::allclose(value, same.at(name), 1e-5, 1e-7));
  // Through a checkpoint and on, with a parameter that takes no part any more.
  AdamW resumed(*apart, config);
  REQUIRE(resumed.restore(former));
  apart->encoder->norm->bias.mutable_grad() = torch::Tensor();
  const auto bias = apart->encoder->norm->bias.detach().clone();
  resumed.step(0.01);
  CHECK(at::equal(apart->encoder->norm->bias, bias));
  CHECK(resumed.state().at("adam.step.encoder.norm.bias").item<float>() == 3);
  CHECK(resumed.state().at("adam.step.encoder.norm.weight").item<float>() == 4);
}

TEST_CASE("An update divides gradients, or is left out, as tensors on the device say") {
  const TrainConfig config = toy_config();
  MaskedAutoencoder divided(config.model, 1), plain(config.model, 1);
  AdamW by_tensor(*divided, config), by_hand(*plain, config);
  const FlatGradients of_divided(*divided), of_plain(*plain);
  const auto set_gradients = [](torch::nn::Module& model, double divisor) {
    at::manual_seed(3);
    for (const auto& parameter : model.parameters())
      parameter.grad().copy_(at::randn_like(parameter) / divisor);
  };
  set_gradients(*divided, 1);
  set_gradients(*plain, 4);
  by_tensor.step(0.01, at::full({}, 4.0f), at::zeros({}));
  by_hand.step(0.01);
  const auto a = divided->parameters(), b = plain->parameters();
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(at::equal(a[i], b[i]));

  std::map<std::string, torch::Tensor> before;
  for (const auto& [name, value] : by_tensor.state()) before[name] = value.clone();
  set_gradients(*divided, 0);  // infinite
  by_tensor.step(0.01, at::full({}, std::numeric_limits<float>::infinity()), at::ones({}));
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(at::equal(a[i], b[i]));
  for (const auto& [name, value] : by_tensor.state()) CHECK(at::equal(value, before.at(name)));
}

TEST_CASE("A gradient that is not finite changes neither weights nor their average") {
  TrainConfig config = toy_config();
  config.ema_decay = 0.9;
  const Corpus corpus = value_or_throw(Corpus::open(toy_corpus()));
  const Communicator alone;
  Learner learner(config, at::kCPU, alone);
  const std::vector<Turn> turns{{0, 0}, {0, 1}};
  const std::vector<Batch> batches{make_batch(learner.model(), corpus, turns)};
  const auto weights = [&] {
    std::map<std::string, torch::Tensor> all;
    for (const auto& [name, value] : learner.state()) all[name] = value.clone();
    for (const auto& item : learner.model().named_parameters())
      all[item.key()] = item.value().detach().clone();
    return all;
  };
  std::vector<std::map<std::string, torch::Tensor>> after{weights()};
  for (std::int64_t step = 0; step < 3; ++step) {
    learner.begin(batches);
    learner.accumulate(batches[0]);
    if (step == 1) learner.model().parameters()[0].grad().fill_(std::nanf(""));
    learner.exchange({});
    learner.apply(0.01);
    learner.read({});
    CHECK(std::isfinite(learner.gradient_norm()) == (step != 1));
    learner.end_step(step);
    after.push_back(weights());
  }
  CHECK_FALSE(same_weights(after[0], after[1]));
  CHECK(same_weights(after[1], after[2]));
  CHECK_FALSE(same_weights(after[2], after[3]));
}

TEST_CASE("A run whose blocks are computed twice ends with the bits of one that keeps them") {
  const TemporaryFolder folder;
  PretrainJob kept = toy_job(folder / "kept"), twice = toy_job(folder / "twice");
  kept.config.drop_path = twice.config.drop_path = 0.3;
  twice.config.checkpoint_blocks = 1;
  pretrain(kept);
  pretrain(twice);
  CHECK(same_weights(newest_tensors(kept.run), newest_tensors(twice.run)));

  // It may be turned on in the middle.
  PretrainJob parts = toy_job(folder / "parts");
  parts.config.drop_path = 0.3;
  parts.stop_after_step = 7;
  pretrain(parts);
  parts.resume = true;
  parts.stop_after_step.reset();
  parts.config.checkpoint_blocks = 1;
  pretrain(parts);
  CHECK(same_weights(newest_tensors(kept.run), newest_tensors(parts.run)));
}

TEST_CASE(
    "A run that learns positions keeps them, resumes to the bit, and is not mixed with others") {
  const TemporaryFolder folder;
  PretrainJob whole = toy_job(folder / "whole"), parts = toy_job(folder / "parts");
  whole.config.model.positions = parts.config.model.positions = "learned";
  pretrain(whole);
  parts.stop_after_step = 7;
  pretrain(parts);
  parts.resume = true;
  parts.config.model.positions = "sine_cosine";
  CHECK_THROWS_AS(pretrain(parts), Failure);
  parts.config.model.positions = "learned";
  parts.stop_after_step.reset();
  pretrain(parts);
  const auto learned = newest_tensors(whole.run);
  CHECK(same_weights(learned, newest_tensors(parts.run)));
  const MaeConfig& model = whole.config.model;
  const auto start = sine_cosine_positions(model.columns, model.width);
  CHECK_FALSE(at::allclose(learned.at("model.encoder.column_position"), start, 1e-3, 1e-4));
}
