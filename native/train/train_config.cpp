#include "train/train_config.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace ecg {
namespace {

constexpr double kMany = 1e12;

Error bad(std::string message, std::string hint) {
  return {ErrorCode::kBadValue, std::move(message), std::move(hint), {}, {}};
}

std::vector<ConfigField> corpus_fields(TrainConfig& c) {
  return {{"corpus.path", &c.corpus_path, 0, 0, {}},
          {"corpus.shuffle_block", &c.shuffle_block, 0, 1e6, {}},
          {"corpus.placement", &c.placement, 0, 0, {"disk", "device"}}};
}

std::vector<ConfigField> optimiser_fields(TrainConfig& c) {
  return {{"schedule.steps", &c.steps, 1, kMany, {}},
          {"schedule.warmup_steps", &c.warmup_steps, 0, kMany, {}},
          {"schedule.peak_lr", &c.peak_lr, 0, 10, {}},
          {"schedule.final_lr_ratio", &c.final_lr_ratio, 0, 1, {}},
          {"schedule.clock", &c.clock, 0, 0, {"steps", "wall"}},
          {"optimiser.batch", &c.batch, 1, 1e6, {}},
          {"optimiser.micro_batches", &c.micro_batches, 1, 1e6, {}},
          {"optimiser.beta1", &c.beta1, 0, 1, {}},
          {"optimiser.beta2", &c.beta2, 0, 1, {}},
          {"optimiser.epsilon", &c.epsilon, 1e-16, 1, {}},
          {"optimiser.layer_decay", &c.layer_decay, 0.1, 1, {}},
          {"optimiser.ema_decay", &c.ema_decay, 0, 0.999999, {}},
          {"optimiser.weight_decay", &c.weight_decay, 0, 10, {}},
          {"optimiser.grad_clip", &c.grad_clip, 1e-6, 1e6, {}}};
}

std::vector<ConfigField> machine_fields(TrainConfig& c) {
  return {{"run.device", &c.device, 0, 0, {"auto", "cpu", "cuda"}},
          {"run.precision", &c.precision, 0, 0, {"auto", "float32", "bfloat16"}},
          {"run.threads", &c.threads, 1, 1024, {}},
          {"run.attention",
           &c.attention,
           0,
           0,
           {"usual", "timed", "kept", "flash", "efficient", "math"}},
          {"run.checkpoint_blocks", &c.checkpoint_blocks, 0, 1, {}},
          {"run.deterministic", &c.deterministic, 0, 1, {}},
          {"run.cuda_graph", &c.cuda_graph, 0, 1, {}},
          {"run.max_seconds", &c.max_seconds, 0, kMany, {}},
          {"run.validate_every", &c.validate_every, 1, kMany, {}},
          {"run.patience", &c.patience, 0, kMany, {}},
          {"run.validation_records", &c.validation_records, 1, 1e6, {}},
          {"run.checkpoint_every", &c.checkpoint_every, 1, kMany, {}},
          {"run.keep_checkpoints", &c.keep_checkpoints, 1, 1000, {}},
          {"run.prefetch", &c.prefetch, 0, 1000, {}},
          {"run.rank_timeout_s", &c.rank_timeout_s, 1, 1e6, {}},
          {"run.most_skipped", &c.most_skipped, 1, 1e6, {}},
          {"run.most_damaged", &c.most_damaged, 0, 1, {}}};
}

Result<void> check_schedule(const TrainConfig& c) {
  if (c.warmup_steps >= c.steps) {
    return bad("schedule.warmup_steps = " + std::to_string(c.warmup_steps),
               "choose fewer than schedule.steps = " + std::to_string(c.steps));
  }
  if (c.schedule_clock() == ScheduleClock::kWall && c.max_seconds <= 0) {
    return bad("schedule.clock = \"wall\" without a limit", "set run.max_seconds (--max-seconds)");
  }
  return {};
}

Result<void> check_machine(const TrainConfig& c) {
  if (c.deterministic != 0 && c.attention == "efficient") {
    return bad("run.attention = \"efficient\" with run.deterministic = 1",
               "its gradients differ from run to run: choose \"usual\", \"flash\" or \"math\"");
  }
  return {};
}

}  // namespace

std::vector<ConfigField> fields_of(TrainConfig& config) {
  // Fields without a table come first, as TOML asks.
  std::vector<ConfigField> all{{"name", &config.name, 0, 0, {}}};
  for (auto part : {objective_fields(config), corpus_fields(config), optimiser_fields(config),
                    machine_fields(config)}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

Result<void> complete_config(TrainConfig& config) {
  if (auto checked = complete_objective(config); !checked) return checked;
  if (auto checked = check_schedule(config); !checked) return checked;
  return check_machine(config);
}

std::string json_from_config(TrainConfig config) {
  nlohmann::ordered_json object;
  for (const ConfigField& field : fields_of(config)) {
    const std::size_t dot = field.name.find('.');
    auto& table = dot == std::string::npos ? object : object[field.name.substr(0, dot)];
    auto& place = table[dot == std::string::npos ? field.name : field.name.substr(dot + 1)];
    std::visit([&](const auto* value) { place = *value; }, field.value);
  }
  return object.dump();
}

}  // namespace ecg
