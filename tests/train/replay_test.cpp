// Steps repeated on fixed memory: what a CUDA graph records, run here by calling it.

#include <c10/util/Logging.h>  // has a CHECK of its own: Catch2's must come after it

#include <ATen/Functions.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "corpus/failure.h"
#include "support/temporary_folder.h"
#include "toy_run.h"
#include "train/fixed_batches.h"
#include "train/learner.h"
#include "train/replay.h"
#include "train/run_checks.h"
#include "train/step_feed.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Everything that has a part in a step: two views, contrast, learned disturbance, dropped paths,
/// layer-wise rates, an average of weights, two micro-batches.
TrainConfig rich_config() {
  TrainConfig config = toy_config();
  config.views = 2;
  config.contrast.weight = 0.5;
  config.contrast.width = 8;
  config.importance = "learned";
  config.importance_bands = 6;
  config.augment_methods = "scale,emg,lead_drop";
  config.drop_path = 0.2;
  config.layer_decay = 0.8;
  config.ema_decay = 0.9;
  config.batch = 8;
  config.micro_batches = 2;
  config.device = "cpu";
  throw_on_error(complete_config(config));
  return config;
}

/// Steps of a toy corpus: one learner takes them as they come, the other replays them.
struct Pair {
  /// Whether it was replayed. The losses are compared.
  bool step(std::span<const Batch> batches, double lr) {
    plain.begin(batches);
    for (const Batch& batch : batches) plain.accumulate(batch);
    plain.exchange({});
    plain.apply(lr);
    const bool again = replayed.replay(batches, lr);
    if (!again) {
      replayed.begin(batches);
      for (const Batch& batch : batches) replayed.accumulate(batch);
      replayed.exchange({});
      replayed.apply(lr);
    }
    const StepLoss expected = plain.read({}), got = replayed.read({});
    if (std::isfinite(expected.total)) CHECK(got.total == expected.total);
    plain.end_step(steps);
    replayed.end_step(steps++);
    return again;
  }

  void check_equal() const {
    const auto a = plain.model().parameters(), b = replayed.model().parameters();
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(at::equal(a[i], b[i]));
    const auto expected = plain.state(), got = replayed.state();
    REQUIRE(got.size() == expected.size());
    for (const auto& [name, tensor] : expected) CHECK(at::equal(got.at(name), tensor));
  }

  const TrainConfig config = rich_config();
  const Corpus corpus = value_or_throw(Corpus::open(toy_corpus()));
  const Communicator alone;
  Learner plain{config, at::kCPU, alone}, replayed{config, at::kCPU, alone};
  StepFeed feed{plain.model(), corpus, config, at::kCPU, alone, {}};
  std::int64_t steps = 0;
};

}  // namespace

TEST_CASE("Replayed steps are ordinary ones to the bit") {
  Pair pair;
  for (std::int64_t step = 0; step < 6; ++step) {
    CHECK(pair.step(pair.feed.make(step).batches, 1e-3 / static_cast<double>(step + 1)));
  }
  pair.check_equal();
}

TEST_CASE("A replayed step whose gradient is not finite changes nothing, and the next one learns") {
  Pair pair;
  pair.step(pair.feed.make(0).batches, 1e-3);
  const auto before = at::cat([&] {
    std::vector<at::Tensor> all;
    for (const auto& p : pair.replayed.model().parameters()) all.push_back(p.detach().flatten());
    return all;
  }());
  StepData broken = pair.feed.make(1);
  broken.batches[0].views[0].signal = broken.batches[0].views[0].signal.clone();
  broken.batches[0].views[0].signal.fill_(std::numeric_limits<float>::infinity());
  CHECK(pair.step(broken.batches, 1e-3));
  CHECK_FALSE(std::isfinite(pair.replayed.gradient_norm()));
  std::int64_t at = 0;
  for (const auto& p : pair.replayed.model().parameters()) {
    CHECK(at::equal(before.narrow(0, at, p.numel()), p.detach().flatten()));
    at += p.numel();
  }
  CHECK(pair.step(pair.feed.make(2).batches, 1e-3));
  pair.check_equal();
}

TEST_CASE("Steps of another shape are not replayed, and those after them are") {
  Pair pair;
  CHECK(pair.step(pair.feed.make(0).batches, 1e-3));
  StepData fewer = pair.feed.make(1);
  fewer.batches.pop_back();
  CHECK_FALSE(pair.step(fewer.batches, 1e-3));
  StepData gaps = pair.feed.make(2);
  for (View& view : gaps.batches[0].views) view.visible_index = at::Tensor();
  CHECK_FALSE(pair.step(gaps.batches, 1e-3));
  CHECK(pair.step(pair.feed.make(3).batches, 1e-3));
  pair.check_equal();
}

TEST_CASE("Fixed batches stay where they are") {
  const TrainConfig config = rich_config();
  const Corpus corpus = value_or_throw(Corpus::open(toy_corpus()));
  const Communicator alone;
  const SystemPtr system = make_system(config);
  StepFeed feed(*system, corpus, config, at::kCPU, alone, {});
  const StepData first = feed.make(0), second = feed.make(1);
  FixedBatches fixed(first.batches);
  const View& view = fixed.batches()[1].views[1];
  const void* place = view.signal.data_ptr();
  CHECK(place != first.batches[1].views[1].signal.data_ptr());
  REQUIRE(fixed.take(second.batches));
  CHECK(view.signal.data_ptr() == place);
  CHECK(at::equal(view.signal, second.batches[1].views[1].signal));
  CHECK(at::equal(view.extra.at("fda_chance"), second.batches[1].views[1].extra.at("fda_chance")));
}

TEST_CASE("run.cuda_graph is refused on the CPU, without CUDA, and where steps are not alike") {
  const TemporaryFolder folder;
  PretrainJob job = toy_job(folder / "run");
  job.config.cuda_graph = 1;
  CHECK_THROWS_WITH(pretrain(job),
                    ContainsSubstring("run.cuda_graph = 1, but this run is on the CPU"));
  const Communicator alone;
  const SystemPtr system = make_system(job.config);
  CHECK(system->steps_alike());
  if (!has_cuda_graphs()) {
    CHECK_THROWS_WITH(check_cuda_graph(job.config, at::kCUDA, alone, *system),
                      ContainsSubstring("LibTorch without CUDA"));
  }
  TrainConfig changing = job.config;
  changing.system = "lead_agnostic";
  changing.lead_agnostic.conv_layers = 2;
  changing.lead_agnostic.mask_span = 4;
  throw_on_error(complete_config(changing));
  CHECK_THROWS_WITH(check_cuda_graph(changing, at::kCUDA, alone, *make_system(changing)),
                    ContainsSubstring("steps of system \"lead_agnostic\" are not alike"));
  job.config.cuda_graph = 0;
  CHECK_NOTHROW(check_cuda_graph(job.config, at::kCPU, alone, *system));
}
