// Runs: reproducible, resumable to the bit, and safe against damage.

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "corpus/failure.h"
#include "objective/hybrid_system.h"
#include "pretext/augmentation_catalogue.h"
#include "pretext/mask_catalogue.h"
#include "toy_run.h"
#include "train/adamw.h"
#include "train/checkpoint.h"
#include "train/learner.h"
#include "train/metrics_json.h"
#include "train/pretrain.h"
#include "train/run_record.h"

using namespace ecg;
using namespace ecg::test;
namespace fs = std::filesystem;

namespace {

std::vector<double> losses_of(PretrainJob job) {
  std::vector<double> losses;
  job.step_done = [&](std::int64_t, double loss) { losses.push_back(loss); };
  pretrain(job);
  return losses;
}

TrainedModel newest(const fs::path& run) {
  return *value_or_throw(load_newest_checkpoint(run, {}));
}

bool same_state(const TrainedModel& a, const TrainedModel& b) {
  const auto mine = a.model->named_parameters(), theirs = b.model->named_parameters();
  for (const auto& item : mine) {
    if (!at::equal(item.value(), theirs[item.key()])) return false;
  }
  if (a.optimiser.size() != b.optimiser.size()) return false;
  for (const auto& [name, tensor] : a.optimiser) {
    if (!at::equal(tensor, b.optimiser.at(name))) return false;
  }
  return a.position.step == b.position.step && a.position.best_step == b.position.best_step &&
         a.position.best_validation == b.position.best_validation;
}

// metrics.csv without the columns of time.
std::string untimed_metrics(const fs::path& run) {
  std::istringstream lines(text_of_file(run / kMetricsFile));
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    for (int column = 0; column < 4; ++column) line.erase(line.rfind(','));
    out += line + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("A line of metrics is JSON with the numbers as they stand") {
  CHECK(json_from_csv_line("step,loss,validation,lr,norm", "12,0.5,,1e-05,nan") ==
        R"({"step":12,"loss":0.5,"lr":1e-05,"norm":null})");
  CHECK(json_lines_from_csv("a,b\n1,2\n3,inf\n") == "{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":null}\n");
  CHECK(json_lines_from_csv("a,b\n").empty());
}

TEST_CASE("A run leaves its metrics as CSV and as JSON lines, a resumed one too") {
  const TemporaryFolder folder;
  PretrainJob job = toy_job(folder / "a");
  job.stop_after_step = 3;
  pretrain(job);
  job.resume = true;
  job.stop_after_step = std::nullopt;
  pretrain(job);
  const std::string csv = text_of_file(job.run / kMetricsFile);
  CHECK(text_of_file(job.run / kMetricsJsonFile) == json_lines_from_csv(csv));
  CHECK(std::count(csv.begin(), csv.end(), '\n') == job.config.steps + 1);
}

TEST_CASE("The same run gives the same ten losses, and another seed gives others") {
  const TemporaryFolder folder;
  PretrainJob job = toy_job(folder / "a");
  job.config.steps = 10;
  const auto first = losses_of(job);
  job.run = folder / "b";
  CHECK(losses_of(job) == first);
  CHECK(first.size() == 10);
  job.run = folder / "c";
  job.config.seed = 2;
  CHECK(losses_of(job) != first);
}

TEST_CASE("The number of threads does not change the losses beyond rounding") {
  const TemporaryFolder folder;
  PretrainJob job = toy_job(folder / "a");
  job.config.steps = 10;
  const auto one = losses_of(job);
  job.run = folder / "b";
  job.config.threads = 2;
  const auto two = losses_of(job);
  REQUIRE(two.size() == one.size());
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(std::abs(one[i] - two[i]) < 1e-4);
  at::set_num_threads(1);
}

TEST_CASE("A run that is stopped and resumed ends with the bits of one that is not") {
  const TemporaryFolder folder;
  PretrainJob whole = toy_job(folder / "whole");
  const PretrainResult uninterrupted = pretrain(whole);
  REQUIRE(uninterrupted.finished);

  PretrainJob parts = toy_job(folder / "parts");
  parts.stop_after_step = 7;  // between two checkpoints
  CHECK_FALSE(pretrain(parts).finished);
  parts.resume = true;
  parts.stop_after_step = 13;
  CHECK_FALSE(pretrain(parts).finished);
  parts.stop_after_step.reset();
  const PretrainResult resumed = pretrain(parts);
  CHECK(resumed.finished);
  CHECK(same_state(newest(whole.run), newest(parts.run)));
  CHECK(resumed.test.loss == uninterrupted.test.loss);
  CHECK(untimed_metrics(whole.run) == untimed_metrics(parts.run));
}

TEST_CASE("A wish to stop ends the run after a step, resumable") {
  const TemporaryFolder folder;
  PretrainJob job = toy_job(folder / "a");
  std::atomic<bool> stop{false};
  job.stop = &stop;
  job.step_done = [&](std::int64_t step, double) { stop = step >= 3; };
  const PretrainResult result = pretrain(job);
  CHECK_FALSE(result.finished);
  CHECK(result.step == 3);
  CHECK(newest(job.run).position.step == 3);
  CHECK(value_or_throw(read_run_record(job.run)).status == "stopped");
}

TEST_CASE("A time limit stops a run by steps, and completes a run by the clock") {
  const TemporaryFolder folder;
  PretrainJob job = toy_job(folder / "a");
  job.config.max_seconds = 1e-3;
  CHECK_FALSE(pretrain(job).finished);
  job.run = folder / "b";
  job.config.steps = 100000;
  job.config.clock = "wall";
  job.config.max_seconds = 0.5;
  const PretrainResult result = pretrain(job);
  CHECK(result.finished);
  CHECK(result.step < 100000);
}

TEST_CASE("A folder in use, another corpus and another configuration are refused") {
  const TemporaryFolder folder;
  PretrainJob job = toy_job(folder / "a");
  job.stop_after_step = 2;
  pretrain(job);
  CHECK_THROWS_AS(pretrain(job), Failure);
  job.resume = true;
  job.config.peak_lr = 1;
  CHECK_THROWS_AS(pretrain(job), Failure);
  job = toy_job(folder / "a");
  job.resume = true;
  make_toy_corpus(folder / "other", 50);
  job.corpus = folder / "other";
  CHECK_THROWS_AS(pretrain(job), Failure);
  job.corpus = toy_corpus();
  job.run = folder / "b";
  job.config.input.lowpass_hz = 30;
  CHECK_THROWS_AS(pretrain(job), Failure);
}

TEST_CASE("A damaged newest checkpoint is passed over for the one before") {
  const TemporaryFolder folder;
  PretrainJob job = toy_job(folder / "a");
  job.stop_after_step = 12;
  pretrain(job);
  const auto checkpoints = list_checkpoints(job.run);
  REQUIRE(checkpoints.size() == 2);
  const std::string whole = text_of_file(checkpoints[0]);
  std::vector<std::string> warnings;
  const auto warn = [&](const std::string& text) { warnings.push_back(text); };
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{5}, std::size_t{500}, whole.size() - 1}) {
    write_text_file(checkpoints[0], whole.substr(0, size));
    CHECK(value_or_throw(load_newest_checkpoint(job.run, warn))->position.step == 10);
  }
  std::string flipped = whole;
  flipped[whole.size() / 2] ^= 4;
  write_text_file(checkpoints[0], flipped);
  CHECK(value_or_throw(load_newest_checkpoint(job.run, warn))->position.step == 10);
  CHECK(warnings.size() == 5);
  CHECK_THAT(warnings.back(), Catch::Matchers::ContainsSubstring("checksum"));

  job.resume = true;
  job.stop_after_step.reset();
  CHECK(pretrain(job).finished);
  PretrainJob undisturbed = toy_job(folder / "b");
  pretrain(undisturbed);
  CHECK(same_state(newest(job.run), newest(undisturbed.run)));
  for (const auto& path : list_checkpoints(job.run)) write_text_file(path, "");
  CHECK_FALSE(load_newest_checkpoint(job.run, {}).has_value());
}

TEST_CASE("A damaged record ends a run with its place") {
  const TemporaryFolder folder;
  fs::copy(toy_corpus(), folder / "corpus");
  for (const char* shard : {"shard-00000.ecgs", "shard-00001.ecgs"}) {
    std::string bytes = text_of_file(folder / "corpus" / shard);
    for (std::size_t at = 1024 + 500; at < bytes.size(); at += 1000) bytes[at] ^= 1;
    write_text_file(folder / "corpus" / shard, bytes);
  }
  PretrainJob job = toy_job(folder / "a");
  job.corpus = folder / "corpus";
  CHECK_THROWS_WITH(pretrain(job), Catch::Matchers::ContainsSubstring("is damaged (at byte"));
}

TEST_CASE("A killed write of a checkpoint loses nothing") {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  fs::create_directories(run / kCheckpointFolder);
  TrainConfig config = toy_config();
  config.model.width = 128;  // some megabytes, so that the kill meets the write
  throw_on_error(complete_config(config));
  HybridSystem model(config);
  const AdamW optimiser(model, config);
  const auto save = [&](std::int64_t step) {
    const RunPosition position{step, 0, 0, -1, 0};
    return save_checkpoint(run, checkpoint_of(model, config, position, "hash", optimiser.state()),
                           step, 2);
  };
  std::int64_t step = 1;
  throw_on_error(save(step));
  for (int round = 0; round < 12; ++round) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      for (std::int64_t next = step + 1;; ++next) {
        if (!save(next)) ::_exit(1);
      }
    }
    ::usleep(static_cast<useconds_t>(3000 + 7919 * round));
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    int warnings = 0;
    const auto found =
        value_or_throw(load_newest_checkpoint(run, [&](const std::string&) { ++warnings; }));
    REQUIRE(found.has_value());
    CHECK(warnings == 0);
    CHECK(found->position.step >= step);
    step = found->position.step;
  }
  CHECK(step > 1);
}

TEST_CASE("A tensor file gives back what was written") {
  const TemporaryFolder folder;
  TensorFile content;
  content.tensors["a"] = at::arange(6, at::kFloat).view({2, 3});
  content.tensors["b"] = at::scalar_tensor(2.5, at::kDouble);
  content.tensors["c"] = at::zeros({0, 4}, at::kLong);
  content.metadata["text"] = "line\nbreak \"quoted\"";
  throw_on_error(write_tensor_file(folder / "t", content));
  const TensorFile back = value_or_throw(read_tensor_file(folder / "t"));
  CHECK(back.metadata == content.metadata);
  REQUIRE(back.tensors.size() == 3);
  for (const auto& [name, tensor] : content.tensors)
    CHECK(at::equal(tensor, back.tensors.at(name)));
  const std::string whole = text_of_file(folder / "t");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_text_file(folder / "cut", whole.substr(0, size));
    CHECK_FALSE(read_tensor_file(folder / "cut").has_value());
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] ^= 1;
    write_text_file(folder / "flipped", flipped);
    CHECK_FALSE(read_tensor_file(folder / "flipped").has_value());
  }
}

TEST_CASE("One batch can be learned by heart") {
  TrainConfig config = toy_config();
  config.model.width = 64;
  config.model.heads = 4;
  config.model.decoder_width = 64;
  config.model.decoder_heads = 4;
  config.weight_decay = 0;
  throw_on_error(complete_config(config));
  const Corpus corpus = value_or_throw(Corpus::open(toy_corpus()));
  const std::vector<Turn> turns{{0, 0}, {0, 1}, {0, 2}, {0, 3}};
  const Communicator alone;
  Learner learner(config, torch::kCPU, alone);
  const std::vector<Batch> batches{make_batch(learner.model(), corpus, turns)};
  double loss = 0;
  for (int step = 0; step < 300; ++step) {
    loss = learner.learn_from(batches).parts[0];
    learner.apply(step < 200 ? 3e-3 : 1e-3);
    learner.end_step(step);
  }
  CHECK(loss < 0.1);
}

TEST_CASE("Every mask and augmentation makes batches that belong to their records") {
  const Corpus corpus = value_or_throw(Corpus::open(toy_corpus()));
  const std::vector<Turn> turns{{0, 2}, {0, 3}, {1, 0}}, last{{1, 0}}, held_out{{kHeldOutEpoch, 2}};
  const auto batch_of = [&](const std::string& mask, const std::string& methods,
                            std::span<const Turn> which) {
    TrainConfig config = toy_config();
    config.mask_method = mask;
    config.augment_methods = methods;
    throw_on_error(complete_config(config));
    return make_batch(HybridSystem(config), corpus, which).views.at(0);
  };
  for (const MaskMethod& method : mask_methods()) {
    if (method.name == "wav2vec2") continue;  // the toy has too few columns
    INFO(std::string(method.name));
    const View view = batch_of(std::string(method.name), "", turns);
    CHECK(view.counted.sum().item<float>() > 0);
    CHECK(torch::equal(view.counted[2], batch_of(std::string(method.name), "", last).counted[0]));
    if (method.exact_count) CHECK(view.visible_index.defined());
  }
  const auto plain = batch_of("stdm", "", turns).signal;
  for (const AugmentationMethod& method : augmentation_methods()) {
    if (!method.preserves.length) continue;
    INFO(std::string(method.name));
    const std::string name(method.name);
    const auto views = batch_of("stdm", name, turns).signal;
    CHECK_FALSE(torch::equal(views, plain));
    CHECK(torch::equal(views[2], batch_of("stdm", name, last).signal[0]));
    CHECK(torch::equal(batch_of("stdm", name, held_out).signal[0],
                       batch_of("stdm", "", held_out).signal[0]));
  }
}

TEST_CASE("An order visits every record once an epoch, differently each time") {
  SampleOrder order({3, 5, 7, 9, 11}, 1);
  std::vector<std::vector<std::uint32_t>> epochs(3);
  for (std::uint64_t position = 0; position < 15; ++position) {
    const Turn turn = order.at(position);
    CHECK(turn.epoch == position / 5);
    epochs[turn.epoch].push_back(turn.record);
  }
  CHECK(order.at(2).record == epochs[0][2]);
  CHECK((epochs[0] != epochs[1] || epochs[1] != epochs[2]));
  for (auto& epoch : epochs) {
    std::sort(epoch.begin(), epoch.end());
    CHECK(epoch == std::vector<std::uint32_t>{3, 5, 7, 9, 11});
  }
  CHECK_THROWS_AS(SampleOrder({}, 1), Failure);
}

TEST_CASE("AdamW decays matrices only and follows the published update") {
  TrainConfig config = toy_config();
  MaskedAutoencoder model(config.model, 1);
  int decayed = 0;
  for (const auto& item : model->named_parameters())
    decayed += has_weight_decay(item.key(), item.value());
  CHECK(decayed == 3 + 4 * (2 + 1));  // patch_embed, embed, head; four matrices per block
  config.weight_decay = 0.1;
  AdamW optimiser(*model, config);
  auto& weight = model->encoder->patch_embed->weight;
  auto& norm = model->encoder->norm->weight;
  const auto weight_before = weight.detach().clone(), norm_before = norm.detach().clone();
  for (auto& parameter : model->parameters())
    parameter.mutable_grad() = at::full_like(parameter, 2.0);
  optimiser.step(0.01);
  // First step: m / sqrt(v) is the gradient's sign, so the step is lr.
  CHECK(at::allclose(weight.detach(), weight_before * (1 - 0.01 * 0.1) - 0.01, 1e-5, 1e-6));
  CHECK(at::allclose(norm.detach(), norm_before - 0.01, 1e-5, 1e-6));
}
