#include "train/resume.h"

#include "corpus/crc32.h"
#include "corpus/failure.h"

namespace ecg {
namespace {

/// Settings that results do not depend on, or that a person may want to change on the way.
constexpr const char* kChangeable[] = {"corpus.path",          "optimiser.micro_batches",
                                       "corpus.placement",
                                       "run.max_seconds",      "run.checkpoint_blocks",
                                       "run.cuda_graph",       "run.deterministic",
                                       "run.threads",          "run.patience",
                                       "run.device",           "run.keep_checkpoints",
                                       "run.checkpoint_every", "run.most_skipped",
                                       "run.most_damaged",     "run.prefetch",
                                       "run.rank_timeout_s"};

bool may_change(const std::string& name) {
  for (const char* known : kChangeable) {
    if (name == known) return true;
  }
  return false;
}

std::string text_of(const ConfigField& field) {
  return std::visit(
      [](const auto* value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(*value)>, std::string>) {
          return *value;
        } else {
          return std::to_string(*value);
        }
      },
      field.value);
}

bool same_value(const ConfigField& a, const ConfigField& b) {
  return std::visit(
      [](const auto* x, const auto* y) {
        if constexpr (std::is_same_v<decltype(x), decltype(y)>) {
          return *x == *y;
        } else {
          return false;
        }
      },
      a.value, b.value);
}

}  // namespace

Result<void> check_resumable(const TrainedModel& begun, const TrainConfig& now,
                             const std::string& data_hash) {
  TrainConfig former = begun.config, wanted = now;
  const auto before = fields_of(former), after = fields_of(wanted);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (same_value(before[i], after[i]) || may_change(before[i].name)) continue;
    return Error{ErrorCode::kInconsistent,
                 "the run was begun with another configuration: " + before[i].name + " was " +
                     text_of(before[i]) + " and is " + text_of(after[i]) + " now",
                 "resume with the settings in its run.json, or name a new folder",
                 {},
                 {}};
  }
  if (begun.data_hash == data_hash) return {};
  return Error{ErrorCode::kInconsistent,
               "the run was begun with another corpus",
               "resume with the same corpus",
               {},
               {}};
}

void restore(Learner& learner, const TrainedModel& trained) {
  const torch::NoGradGuard no_grad;
  const auto stored = trained.model->named_parameters();
  for (auto& item : learner.model().named_parameters()) item.value().copy_(stored[item.key()]);
  if (learner.restore(trained.optimiser, trained.position.step)) return;
  throw Failure({ErrorCode::kInconsistent,
                 "the checkpoint lacks state of the optimiser",
                 "start a new run",
                 {},
                 {}});
}

std::int64_t fingerprint(const System& model) {
  std::uint32_t crc = 0;
  for (const auto& parameter : model.parameters()) {
    const auto values = parameter.detach().cpu().contiguous();
    crc = crc32({static_cast<const std::uint8_t*>(values.data_ptr()), values.nbytes()}, crc);
  }
  return crc;
}

}  // namespace ecg
