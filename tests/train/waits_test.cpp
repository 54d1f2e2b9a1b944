// What a step asks of a device must not make the host wait: no operation of it looks at a value.

#include <c10/util/Logging.h>  // has a CHECK of its own: Catch2's must come after it

#include <ATen/Functions.h>
#include <ATen/record_function.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "corpus/word_piece.h"
#include "toy_model.h"
#include "train/learner.h"

using namespace ecg;

namespace {

/// Operations whose result, or its shape, the host must have before it goes on.
const std::vector<std::string> kWaits = {"aten::_local_scalar_dense",
                                         "aten::item",
                                         "aten::is_nonzero",
                                         "aten::nonzero",
                                         "aten::equal",
                                         "aten::masked_select",
                                         "aten::allclose",
                                         "aten::_unique2",
                                         "aten::unique_dim",
                                         "aten::bincount",
                                         "aten::repeat_interleave.Tensor"};

std::vector<std::string>& waits() {
  static std::vector<std::string> names;
  return names;
}

/// Operations under way, outermost first.
std::vector<std::string>& calls() {
  static std::vector<std::string> names;
  return names;
}

/// The CPU's form of the update reads steps and flags as numbers; CUDA's reads them on the device.
bool within_update() {
  return std::find(calls().begin(), calls().end(), "aten::_fused_adamw_") != calls().end();
}

std::unique_ptr<at::ObserverContext> note_wait(const at::RecordFunction& call) {
  const std::string name = call.name();
  const bool waits_here = std::find(kWaits.begin(), kWaits.end(), name) != kWaits.end();
  if (waits_here && !within_update()) {
    waits().push_back((calls().empty() ? "" : calls().back() + " > ") + name);
  }
  calls().push_back(name);
  return nullptr;
}

void note_end(const at::RecordFunction&, at::ObserverContext*) { calls().pop_back(); }

/// Notes, while it lives, operations that wait.
class NotedWaits {
 public:
  NotedWaits() : handle_(at::addGlobalCallback(at::RecordFunctionCallback(note_wait, note_end))) {}
  ~NotedWaits() { at::removeCallback(handle_); }
  NotedWaits(const NotedWaits&) = delete;
  NotedWaits& operator=(const NotedWaits&) = delete;

 private:
  at::CallbackHandle handle_;
};

TrainConfig toy_of(const std::string& system) {
  TrainConfig config;
  config.system = system;
  config.input.samples = 500;
  config.model.width = 16;
  config.model.depth = config.model.heads = config.model.decoder_heads = 2;
  config.model.decoder_width = 12;
  config.model.decoder_depth = 1;
  config.ema_decay = 0.99;
  config.precision = "float32";
  config.threads = 1;
  config.drop_path = system == "cg_dmer" ? 0 : 0.1;
  return config;
}

TrainConfig hybrid(bool contrasts) {
  TrainConfig config = toy_of("hybrid");
  config.augment_methods = "scale,wander,emg,lead_drop";
  if (!contrasts) return config;
  config.model.stem = "conv";
  config.model.stem_channels = 4;
  config.views = 2;
  config.contrast.weight = 0.5;
  config.contrast.width = 8;
  config.importance = "learned";
  config.importance_bands = 6;
  return config;
}

std::vector<TrainConfig> all_systems() {
  std::vector<TrainConfig> all = {hybrid(true), hybrid(false), toy_of("clear_hug"),
                                  toy_of("lead_agnostic"), toy_of("cg_dmer")};
  all[3].lead_agnostic = test::toy_lead_agnostic();
  WordCounts counts;
  count_words("sinus rhythm, normal ecg", counts);
  all[4].cg_dmer.text.vocabulary = WordPiece::train(counts, {256, 1}).value().text();
  all[4].cg_dmer.text.width = all[4].cg_dmer.shared_width = 8;
  all[4].cg_dmer.text.depth = 1;
  all[4].cg_dmer.text.heads = 2;
  for (TrainConfig& config : all) REQUIRE(complete_config(config).has_value());
  return all;
}

Batch batch_for(const System& system, bool complete) {
  constexpr std::int64_t kRecords = 4;
  Batch batch;
  batch.signal =
      at::sin(at::arange(kRecords * 12 * 500, at::kFloat) * 0.1f).view({kRecords, 12, 500});
  batch.lead_mask = at::ones({kRecords, 12});
  if (!complete) batch.lead_mask[1][0] = 0;
  batch.complete = complete;
  batch.patient = at::arange(kRecords, at::kLong);
  for (std::uint64_t i = 0; i < kRecords; ++i) {
    batch.keys.push_back({.seed = 1, .record = i});
    batch.r_peaks.push_back({50, 140, 235, 330, 420});
    batch.reports.emplace_back("sinus rhythm, normal ecg");
  }
  if (system.config().drop_path > 0) {
    batch.path_scale = at::ones({system.config().model.depth, 2, kRecords});
  }
  system.prepare(batch);
  return batch;
}

/// A step with everything but the one look at its result, which stands between the halves.
void take_step(Learner& learner, const Batch& batch) {
  {
    const NotedWaits noted;
    learner.begin(std::span(&batch, 1));
    learner.accumulate(batch);
    learner.exchange(std::vector<double>{1, 2});
    learner.apply(1e-3);
  }
  std::vector<double> along(2);
  learner.read(along);
  const NotedWaits noted;
  learner.end_step(0);
}

}  // namespace

TEST_CASE("No operation of a step makes the host wait for the device, whatever the system") {
  const Communicator alone;
  for (const TrainConfig& config : all_systems()) {
    for (const bool complete : {true, false}) {
      INFO(config.system << (config.views > 1 ? ", two views" : "") << (complete ? "" : ", gaps"));
      Learner learner(config, at::kCPU, alone);
      const Batch batch = batch_for(learner.model(), complete);
      waits().clear();
      take_step(learner, batch);
      const std::string first = waits().empty() ? "" : waits()[0];
      INFO(first);
      CHECK(waits().empty());
    }
  }
}

TEST_CASE("The check above sees operations that wait") {
  waits().clear();
  const NotedWaits noted;
  at::ones({1}).item<float>();
  at::ones({3}).nonzero();
  CHECK(waits().size() >= 2);
}
