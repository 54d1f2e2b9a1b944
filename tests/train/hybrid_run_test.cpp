// The presets of the hybrid family, shrunk: they train, resume to the bit, and export.

#include <c10/util/Logging.h>  // has a CHECK of its own: Catch2's must come after it

#include <ATen/Functions.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "corpus/failure.h"
#include "export/export_bundle.h"
#include "lively_bundle.h"
#include "objective/hybrid_system.h"
#include "support/temporary_folder.h"
#include "toy_run.h"
#include "train/checkpoint.h"
#include "train/evaluate.h"
#include "train/learner.h"
#include "train/resident_corpus.h"
#include "train/step_feed.h"

using namespace ecg;
using namespace ecg::test;

namespace {

const std::vector<std::string> kPresets = {"core_ecg", "crema", "mae_only", "simclr_only",
                                           "einthoven"};

TrainConfig preset_of(const std::string& name) {
  TrainConfig config;
  const std::string path = std::string(EINTHOVEN_SOURCE_DIR) + "/models/presets/" + name + ".toml";
  throw_on_error(apply_toml(config, text_of_file(path), path));
  throw_on_error(complete_config(config));
  return config;
}

/// The preset with the sizes and the budget of a toy.
TrainConfig toy_preset(const std::string& name) {
  TrainConfig config = preset_of(name);
  const TrainConfig toy = toy_config();
  config.input = toy.input;
  config.model.width = 24;
  config.model.depth = 2;
  config.model.stem_channels = 4;
  config.model.decoder_width = 16;
  config.model.decoder_depth = 1;
  config.contrast.width = 8;
  config.importance_bands = 8;
  config.clock = "steps";
  config.max_seconds = 0;
  config.steps = 8;
  config.warmup_steps = 2;
  config.batch = 8;
  config.threads = 1;
  config.device = "cpu";
  config.validate_every = 4;
  config.checkpoint_every = 4;
  throw_on_error(complete_config(config));
  return config;
}

PretrainJob job_of(const std::string& preset, const std::filesystem::path& run) {
  PretrainJob job = toy_job(run);
  job.config = toy_preset(preset);
  return job;
}

}  // namespace

TEST_CASE("Hybrid presets fit a page") {
  for (const auto& name : kPresets) {
    INFO(name);
    const TrainConfig config = preset_of(name);
    CHECK(config.name == name);
    CHECK(config.model.token_count() <= 300);
    HybridSystem system(config);
    std::int64_t parameters = 0;
    for (const auto& parameter : system.parameters()) parameters += parameter.numel();
    CHECK(parameters < 6'000'000);
    CHECK(parameters > 100'000);
  }
  CHECK(preset_of("einthoven_base").model.width == 384);
}

TEST_CASE("Hybrid presets train, and a run that is resumed ends with the bits of one that is not") {
  const TemporaryFolder folder;
  for (const auto& name : kPresets) {
    INFO(name);
    PretrainJob whole = job_of(name, folder / (name + "-whole"));
    const PretrainResult result = pretrain(whole);
    REQUIRE(result.finished);
    CHECK(std::isfinite(result.test.loss));
    CHECK(result.test.loss > 0);
    const PretrainJob parts = job_of(name, folder / (name + "-parts"));
    CHECK(stopped_and_resumed(parts, 5).test.loss == result.test.loss);
    CHECK(differing_tensors(whole.run, parts.run).empty());
  }
}

TEST_CASE("Hybrid presets see the same views of a resident corpus") {
  const Corpus corpus = value_or_throw(Corpus::open(toy_corpus()));
  const auto resident = std::make_shared<ResidentCorpus>(corpus, corpus.records_of(Split::kTrain),
                                                         at::kCPU, free_bytes_of(at::kCPU));
  for (const auto& name : kPresets) {
    INFO(name);
    const TrainConfig config = toy_preset(name);
    const HybridSystem system(config);
    const Communicator alone;
    StepFeed disk(system, corpus, config, at::kCPU, alone, {});
    StepFeed device(system, corpus, config, at::kCPU, alone, {});
    device.use_resident(resident);
    const StepData read = disk.make(3), gathered = device.make(3);
    REQUIRE(read.batches.size() == gathered.batches.size());
    const auto &mine = read.batches[0].views, &theirs = gathered.batches[0].views;
    REQUIRE(mine.size() == theirs.size());
    for (std::size_t i = 0; i < mine.size(); ++i) {
      CHECK(at::equal(mine[i].signal, theirs[i].signal));
      CHECK(at::equal(mine[i].target, theirs[i].target));
      CHECK(at::equal(mine[i].visible, theirs[i].visible));
      CHECK(at::equal(mine[i].counted, theirs[i].counted));
    }
  }
}

TEST_CASE("A hybrid learns to recognise views of unseen records") {
  const TemporaryFolder folder;
  PretrainJob job = job_of("core_ecg", folder / "run");
  job.config.steps = 60;
  job.config.contrast.weight = 1;
  job.config.validate_every = 60;
  const Corpus corpus = value_or_throw(Corpus::open(toy_corpus()));
  HybridSystem untrained(job.config);
  const auto before =
      evaluate(untrained, corpus, Split::kTest, job.config, at::kCPU, 100, {}, Communicator());
  const PretrainResult result = pretrain(job);
  REQUIRE(result.test.parts.size() == 4);
  CHECK(result.test.parts[3] < 0.9 * before.parts[3]);
  CHECK(result.test.parts[0] < before.parts[0]);
}

TEST_CASE("A hybrid with a stem is exported as it was trained") {
  const TemporaryFolder folder;
  for (const std::string name : {"core_ecg", "crema"}) {
    INFO(name);
    PretrainJob job = job_of(name, folder / name);
    pretrain(job);
    export_bundle(job.run, folder / (name + "-bundle"), {});
    CHECK(run_parity(folder / (name + "-bundle")) == 0);
  }
}

TEST_CASE("A decoder that was never trained is not exported") {
  const TemporaryFolder folder;
  PretrainJob job = job_of("simclr_only", folder / "run");
  pretrain(job);
  ExportOptions options;
  options.variants = {"int8"};
  export_bundle(job.run, folder / "bundle", options);
  CHECK(std::filesystem::exists(folder / "bundle" / "encode.onnx"));
  CHECK(std::filesystem::exists(folder / "bundle" / "encode.int8.onnx"));
  CHECK_FALSE(std::filesystem::exists(folder / "bundle" / "encode.f16.onnx"));
  CHECK_FALSE(std::filesystem::exists(folder / "bundle" / "reconstruct.onnx"));
  CHECK(run_parity(folder / "bundle") == 0);
}

TEST_CASE("Learned positions are exported as they were learned") {
  const TemporaryFolder folder;
  PretrainJob job = job_of("mae_only", folder / "run");
  job.config.model.positions = "learned";
  job.config.peak_lr = 1e-2;  // far enough from the fixed table to tell
  pretrain(job);
  export_bundle(job.run, folder / "bundle", {});
  CHECK(run_parity(folder / "bundle") == 0);
}

TEST_CASE("A step on views made by tensors, as on a device, is the step on plain ones") {
  const Corpus corpus = value_or_throw(Corpus::open(toy_corpus()));
  std::vector<Turn> turns;
  for (const std::uint32_t record : corpus.records_of(Split::kTrain)) {
    if (turns.size() < 8) turns.push_back({3, record});
  }
  for (const auto& name : kPresets) {
    INFO(name);
    const TrainConfig config = toy_preset(name);
    const Communicator alone;
    Learner plain(config, at::kCPU, alone), twin(config, at::kCPU, alone);
    const Batch batch = make_batch(plain.model(), corpus, turns);
    Batch by_tensors = batch;
    by_tensors.views.clear();
    by_tensors.by_tensors = true;
    twin.model().prepare(by_tensors);
    const std::string& methods = config.augment_methods;
    CHECK(at::equal(by_tensors.views[0].signal, batch.views[0].signal) == methods.empty());
    for (int step = 0; step < 3; ++step) {
      const StepLoss expected = plain.learn_from(std::span(&batch, 1));
      const StepLoss got = twin.learn_from(std::span(&by_tensors, 1));
      CHECK(std::abs(got.total - expected.total) < 1e-5 * expected.total);
      CHECK(std::abs(twin.gradient_norm() - plain.gradient_norm()) < 1e-4 * plain.gradient_norm());
      for (Learner* learner : {&plain, &twin}) {
        learner->apply(1e-3);
        learner->end_step(step);
      }
    }
  }
}
