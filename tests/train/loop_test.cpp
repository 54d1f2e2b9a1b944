// The training loop's parts: learning rates by layer, averaged weights, stochastic depth, early
// stopping, block shuffles, data made ahead of time, and what is logged.

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <cstring>
#include <numeric>
#include <set>

#include "corpus/failure.h"
#include "objective/hybrid_system.h"
#include "objective/token_batch.h"
#include "toy_run.h"
#include "train/arithmetic.h"
#include "train/checkpoint.h"
#include "train/event_file.h"
#include "train/prefetcher.h"
#include "train/pretrain.h"
#include "train/report.h"
#include "train/run_record.h"
#include "train/step_feed.h"
#include "train/svg_chart.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

TEST_CASE("Lower layers learn more slowly by a constant factor") {
  CHECK(layer_of("encoder.patch_embed.weight", 4) == 0);
  CHECK(layer_of("encoder.lead_embedding", 4) == 0);
  CHECK(layer_of("encoder.blocks.0.qkv.weight", 4) == 1);
  CHECK(layer_of("encoder.blocks.3.fc2.bias", 4) == 4);
  CHECK(layer_of("encoder.norm.weight", 4) == 5);
  CHECK(layer_of("decoder.blocks.0.qkv.weight", 4) == 5);

  TrainConfig config = toy_config();
  config.weight_decay = 0;
  config.layer_decay = 0.5;
  MaskedAutoencoder model(config.model, 1);
  AdamW optimiser(*model, config);
  std::map<std::string, torch::Tensor> before;
  for (auto& item : model->named_parameters()) {
    before[item.key()] = item.value().detach().clone();
    item.value().mutable_grad() = at::full_like(item.value(), 2.0);
  }
  optimiser.step(0.01);
  for (const auto& item : model->named_parameters()) {
    const auto above =
        static_cast<double>(config.model.depth + 1 - layer_of(item.key(), config.model.depth));
    const auto step = before[item.key()] - item.value().detach();
    INFO(item.key());
    CHECK(at::allclose(step, at::full_like(step, 0.01 * std::pow(0.5, above)), 1e-3, 1e-6));
  }
}

TEST_CASE("The average of weights follows its formula and survives a stop to the bit") {
  const TrainConfig config = toy_config();
  HybridSystem model(config);
  const auto weight = model.autoencoder()->encoder->norm->weight;
  WeightAverage average(model, 0.9);
  auto expected = weight.detach().clone();
  for (int n = 0; n < 200; ++n) {
    const torch::NoGradGuard no_grad;
    weight.add_(0.01);
    average.follow(model, n);
    const double d = std::min(0.9, (1.0 + n) / (10.0 + n));
    expected = expected * d + weight * (1 - d);
  }
  const auto followed = average.model().named_parameters()["encoder.norm.weight"];
  CHECK(at::allclose(followed, expected, 1e-5, 1e-6));

  const TemporaryFolder folder;
  PretrainJob whole = toy_job(folder / "whole");
  whole.config.ema_decay = 0.95;
  whole.config.drop_path = 0.3;
  pretrain(whole);
  PretrainJob parts = whole;
  parts.run = folder / "parts";
  CHECK(stopped_and_resumed(parts, 7).finished);
  CHECK(differing_tensors(whole.run, parts.run).empty());
  // What is kept for use is the average, not the last weights.
  const auto best =
      value_or_throw(read_tensor_file(whole.run / kCheckpointFolder / kBestFile)).tensors;
  const auto last = newest_tensors(whole.run);
  CHECK(at::equal(best.at("model.encoder.norm.weight"), last.at("ema.encoder.norm.weight")));
  CHECK_FALSE(
      at::equal(best.at("model.encoder.norm.weight"), last.at("model.encoder.norm.weight")));
}

TEST_CASE(
    "Stochastic depth leaves blocks out by record, more often higher up, and keeps the mean") {
  TrainConfig config = toy_config();
  config.model.depth = 3;
  CHECK_FALSE(path_scale(record_keys(1, 0, std::vector<std::uint32_t>{1}), config).defined());
  config.drop_path = 0.4;
  std::vector<std::uint32_t> records(4000);
  std::iota(records.begin(), records.end(), 0u);
  const auto keys = record_keys(1, 2, records);
  const auto scale = path_scale(keys, config);
  REQUIRE(scale.sizes() == at::IntArrayRef({3, 2, 4000}));
  CHECK((scale[0] == 1).all().item<bool>());
  CHECK(std::abs((scale[1] == 0).to(at::kFloat).mean().item<double>() - 0.2) < 0.03);
  CHECK(std::abs((scale[2] == 0).to(at::kFloat).mean().item<double>() - 0.4) < 0.03);
  CHECK(std::abs(scale[2].mean().item<double>() - 1) < 0.05);
  // A record's draw does not depend on its batch.
  const auto alone = path_scale(std::span(keys).subspan(17, 1), config);
  CHECK(at::equal(alone.select(2, 0), scale.select(2, 17)));

  // A block that is left out adds nothing.
  MaskedAutoencoder model(config.model, 1);
  const auto x = at::randn({2, 5, config.model.width});
  const auto block = model->encoder->blocks->ptr(0)->as<TransformerBlock>();
  const auto scales = at::tensor({0.0f, 1.0f, 0.0f, 1.0f}).view({2, 2});
  const auto y = block->forward(x, {}, scales);
  CHECK(at::equal(y[0], x[0]));
  CHECK(at::allclose(y[1], block->forward(x)[1], 1e-6, 1e-6));
}

TEST_CASE("A run without gain on validation ends early and can be told so") {
  const TemporaryFolder folder;
  PretrainJob job = toy_job(folder / "a");
  job.config.steps = 500;
  job.config.validate_every = 2;
  job.config.patience = 3;
  job.config.peak_lr = 0;  // nothing is learned
  const PretrainResult result = pretrain(job);
  CHECK(result.finished);
  CHECK(result.early);
  CHECK(result.step == 8);  // best at 2, then three without gain
}

TEST_CASE("A block shuffle visits every record once an epoch and reads long stretches") {
  std::vector<std::uint32_t> records(1000);
  for (std::uint32_t i = 0; i < 1000; ++i) records[i] = i;
  SampleOrder order(records, 5, 10);
  std::vector<std::uint32_t> seen, first;
  std::size_t blocks_in_first_stretch = 0;
  for (std::uint64_t position = 0; position < 2000; ++position) {
    const Turn turn = order.at(position);
    (turn.epoch == 0 ? first : seen).push_back(turn.record);
  }
  CHECK(first != seen);
  std::set<std::uint32_t> blocks;
  for (std::size_t i = 0; i < 10 * kMixedBlocks; ++i) blocks.insert(first[i] / 10);
  blocks_in_first_stretch = blocks.size();
  CHECK(blocks_in_first_stretch == kMixedBlocks);
  CHECK_FALSE(std::is_sorted(first.begin(), first.begin() + 20));
  std::sort(first.begin(), first.end());
  std::sort(seen.begin(), seen.end());
  CHECK(first == records);
  CHECK(seen == records);
}

TEST_CASE("What is made ahead of time comes in order, with its errors, and does not run away") {
  for (const std::size_t ahead : {std::size_t{0}, std::size_t{1}, std::size_t{4}}) {
    std::atomic<std::int64_t> made{0};
    Prefetcher<std::int64_t> numbers(
        [&](std::int64_t i) {
          if (i == 30) throw std::runtime_error("thirty");
          made = i;
          return i * i;
        },
        3, ahead);
    for (std::int64_t i = 3; i < 30; ++i) {
      CHECK(numbers.next() == i * i);
      CHECK(made <= i + static_cast<std::int64_t>(ahead) + 1);
    }
    CHECK_THROWS_WITH(numbers.next(), "thirty");
    CHECK(numbers.take_waited_s() >= 0);
  }
}

TEST_CASE("Shares of a batch cover it without overlap") {
  for (const int size : {1, 2, 3, 4, 7}) {
    std::int64_t end = 0;
    for (int rank = 0; rank < size; ++rank) {
      const Share share = share_of(10, rank, size);
      CHECK(share.begin == end);
      CHECK(share.end - share.begin <= (10 + size - 1) / size);
      end = share.end;
    }
    CHECK(end == 10);
  }
}

TEST_CASE("Arithmetic is counted as matrix products are") {
  MaeConfig model;
  model.columns = 10;
  model.leads.resize(1);
  model.patch_samples = 4;
  model.width = 8, model.depth = 1, model.mlp_ratio = 2;
  model.decoder_width = 4, model.decoder_depth = 1;
  // Encoder over 5 tokens: embed, qkv + proj + MLP, attention; decoder: embed of 10, keys and
  // values of 10, the rest of the block and the head for the 5 hidden ones.
  const double encoder = 2 * 5 * (4 * 8 + 8 * 24 + 8 * 8 + 2 * 8 * 16) + 4 * 5 * 5 * 8;
  const double decoder =
      2 * 10 * (8 * 4 + 4 * 8) + 2 * 5 * (2 * 4 * 4 + 2 * 4 * 8 + 4 * 6) + 4 * 5 * 10 * 4;
  CHECK(training_flops(model, 5) == 3 * (encoder + decoder));
  model.decoder_depth = 2;
  const double block = 2 * 10 * (4 * 12 + 4 * 4 + 2 * 4 * 8) + 4 * 10 * 10 * 4;
  CHECK(training_flops(model, 5) == 3 * (encoder + decoder + block));
}

TEST_CASE("Event files are TFRecords with the checksums of TensorBoard") {
  const char* digits = "123456789";
  CHECK(crc32c({reinterpret_cast<const std::uint8_t*>(digits), 9}) == 0xE3069283u);
  const TemporaryFolder folder;
  PretrainJob job = toy_job(folder / "a");
  pretrain(job);
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(job.run / kEventFolder)) {
    ++files;
    const std::string bytes = text_of_file(entry.path());
    CHECK_THAT(bytes,
               ContainsSubstring("brain.Event:2") && ContainsSubstring("validation/patch_loss"));
    std::size_t at = 0, frames = 0;
    for (; at + 16 <= bytes.size(); ++frames) {
      std::uint64_t length = 0;
      std::memcpy(&length, bytes.data() + at, 8);
      at += 16 + length;
    }
    CHECK(at == bytes.size());
    CHECK(frames >= 4);  // version, start, two validations
  }
  CHECK(files == 1);
  CHECK_THAT(text_of_file(job.run / kMetricsFile), ContainsSubstring(",level_loss,spread_loss,"));
}

TEST_CASE("The report of a run is whole XML with curves, reconstructions and a map") {
  const TemporaryFolder folder;
  PretrainJob job = toy_job(folder / "a");
  job.command = "einthoven-train pretrain <x> & \"y\"";
  pretrain(job);
  write_report(job.run, toy_corpus());
  const std::string html = text_of_file(job.run / kReportFile);
  CHECK_THAT(html, ContainsSubstring("&lt;x&gt; &amp; &quot;y&quot;") &&
                       ContainsSubstring("predicting the mean") && ContainsSubstring("lead V5") &&
                       ContainsSubstring("<circle"));
  CHECK_THAT(html, !ContainsSubstring("nan") && !ContainsSubstring("inf\""));
  CHECK(thin({{0, 1}, {1, 3}, {2, 5}, {3, 7}}, 2) == Points{{0.5, 2}, {2.5, 6}});
}
