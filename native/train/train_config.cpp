#include "train/train_config.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "pretext/mask_catalogue.h"
#include "train/view_config.h"

namespace ecg {
namespace {

constexpr double kMany = 1e12;

Error bad(std::string message, std::string hint) {
  return {ErrorCode::kBadValue, std::move(message), std::move(hint), {}, {}};
}

std::vector<ConfigField> run_fields(TrainConfig& c) {
  return {{"name", &c.name, 0, 0, {}}, {"seed", &c.seed, 0, kMany, {}},
          {"corpus.path", &c.corpus_path, 0, 0, {}},
          {"corpus.shuffle_block", &c.shuffle_block, 0, 1e6, {}}};
}

std::vector<ConfigField> input_fields(ModelSpec& s) {
  return {{"input.sampling_rate_hz", &s.sampling_rate_hz, 1, 10000, {}},
          {"input.samples", &s.samples, 2, 1e6, {}},
          {"input.patch_samples", &s.patch_samples, 2, 4096, {}},
          {"input.highpass_hz", &s.highpass_hz, 0, 5000, {}},
          {"input.lowpass_hz", &s.lowpass_hz, 0, 5000, {}},
          {"input.filter_order", &s.filter_order, 1, 10, {}}};
}

std::vector<ConfigField> model_fields(MaeConfig& m) {
  return {{"model.width", &m.width, 2, 8192, {}},
          {"model.depth", &m.depth, 1, 128, {}},
          {"model.heads", &m.heads, 1, 256, {}},
          {"model.mlp_ratio", &m.mlp_ratio, 0.25, 16, {}},
          {"model.decoder_width", &m.decoder_width, 2, 8192, {}},
          {"model.decoder_depth", &m.decoder_depth, 1, 128, {}},
          {"model.decoder_heads", &m.decoder_heads, 1, 256, {}},
          {"model.patch_epsilon", &m.patch_epsilon, 1e-12, 0.5, {}}};
}

std::vector<ConfigField> optimiser_fields(TrainConfig& c) {
  std::vector<std::string> masks;
  for (const MaskMethod& method : mask_methods()) masks.emplace_back(method.name);
  return {{"mask.method", &c.mask_method, 0, 0, masks},
          {"mask.ratio", &c.mask_ratio, 0, 1, {}},
          {"mask.time_ratio", &c.mask.time_ratio, 0, 1, {}},
          {"mask.lead_ratio", &c.mask.lead_ratio, 0, 1, {}},
          {"augment.methods", &c.augment_methods, 0, 0, {}},
          {"augment.strength", &c.augment_strength, 0, 2, {}},
          {"schedule.steps", &c.steps, 1, kMany, {}},
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
          {"optimiser.drop_path", &c.drop_path, 0, 0.9, {}},
          {"optimiser.weight_decay", &c.weight_decay, 0, 10, {}},
          {"optimiser.grad_clip", &c.grad_clip, 1e-6, 1e6, {}}};
}

std::vector<ConfigField> machine_fields(TrainConfig& c) {
  return {{"run.device", &c.device, 0, 0, {"auto", "cpu", "cuda"}},
          {"run.precision", &c.precision, 0, 0, {"auto", "float32", "bfloat16"}},
          {"run.threads", &c.threads, 1, 1024, {}},
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

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
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

}  // namespace

std::vector<ConfigField> fields_of(TrainConfig& config) {
  std::vector<ConfigField> all = run_fields(config);
  for (auto part : {input_fields(config.input), model_fields(config.model), optimiser_fields(config),
                    machine_fields(config)}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& names) {
  std::string nearest;
  std::size_t fewest = name.size() / 2 + 1;
  for (const std::string& candidate : names) {
    // A key given without its table, or in another one, is near as well.
    const std::size_t dot = candidate.rfind('.');
    const std::string_view bare = std::string_view(candidate).substr(dot == std::string::npos ? 0 : dot + 1);
    const std::size_t name_dot = name.rfind('.');
    const std::string_view bare_name = name.substr(name_dot == std::string_view::npos ? 0 : name_dot + 1);
    const std::size_t edits = std::min(edit_distance(name, candidate), edit_distance(bare_name, bare) + 1);
    if (edits < fewest) {
      fewest = edits;
      nearest = candidate;
    }
  }
  return nearest;
}

Result<void> complete_config(TrainConfig& config) {
  if (auto checked = check_model_spec(config.input); !checked) return checked;
  config.model.leads = config.input.leads;
  config.model.patch_samples = config.input.patch_samples;
  config.model.columns = static_cast<std::int64_t>(config.input.column_count());
  if (config.model.samples() != config.input.samples) {
    return bad("input.samples = " + std::to_string(config.input.samples),
               "choose a multiple of input.patch_samples = " + std::to_string(config.input.patch_samples));
  }
  if (auto checked = check_mae_config(config.model); !checked) return checked;
  if (auto checked = check_views(config); !checked) return checked;
  return check_schedule(config);
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
