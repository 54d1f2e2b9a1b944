#include "objective/objective_config.h"

#include <algorithm>

#include "objective/view_config.h"
#include "pretext/mask_catalogue.h"

namespace ecg {
namespace {

constexpr double kLargestSeed = 1e12;

std::vector<ConfigField> input_fields(ModelSpec& s) {
  return {{"input.sampling_rate_hz", &s.sampling_rate_hz, 1, 10000, {}},
          {"input.samples", &s.samples, 2, 1e6, {}},
          {"input.patch_samples", &s.patch_samples, 2, 4096, {}},
          {"input.highpass_hz", &s.highpass_hz, 0, 5000, {}},
          {"input.lowpass_hz", &s.lowpass_hz, 0, 5000, {}},
          {"input.filter_order", &s.filter_order, 1, 10, {}}};
}

std::vector<ConfigField> model_fields(ObjectiveConfig& c) {
  MaeConfig& m = c.model;
  return {{"model.width", &m.width, 2, 8192, {}},
          {"model.depth", &m.depth, 1, 128, {}},
          {"model.heads", &m.heads, 1, 256, {}},
          {"model.mlp_ratio", &m.mlp_ratio, 0.25, 16, {}},
          {"model.decoder_width", &m.decoder_width, 2, 8192, {}},
          {"model.decoder_depth", &m.decoder_depth, 1, 128, {}},
          {"model.decoder_heads", &m.decoder_heads, 1, 256, {}},
          {"model.patch_epsilon", &m.patch_epsilon, 1e-12, 0.5, {}},
          {"model.drop_path", &c.drop_path, 0, 0.9, {}}};
}

std::vector<ConfigField> view_fields(ObjectiveConfig& c) {
  std::vector<std::string> masks;
  for (const MaskMethod& method : mask_methods()) masks.emplace_back(method.name);
  return {{"view.count", &c.views, 1, 2, {}},
          {"mask.method", &c.mask_method, 0, 0, masks},
          {"mask.ratio", &c.mask_ratio, 0, 1, {}},
          {"mask.time_ratio", &c.mask.time_ratio, 0, 1, {}},
          {"mask.lead_ratio", &c.mask.lead_ratio, 0, 1, {}},
          {"augment.methods", &c.augment_methods, 0, 0, {}},
          {"augment.strength", &c.augment_strength, 0, 2, {}}};
}

Error bad(std::string message, std::string hint) {
  return {ErrorCode::kBadValue, std::move(message), std::move(hint), {}, {}};
}

}  // namespace

const std::vector<std::string>& system_kinds() {
  static const std::vector<std::string> kinds{"hybrid"};
  return kinds;
}

std::vector<ConfigField> fields_of(ReconstructionOptions& options) {
  return {{"reconstruction.weight", &options.weight, 0, 1000, {}}};
}

std::vector<ConfigField> objective_fields(ObjectiveConfig& config) {
  std::vector<ConfigField> all{{"seed", &config.seed, 0, kLargestSeed, {}},
                               {"system", &config.system, 0, 0, system_kinds()}};
  for (auto part : {input_fields(config.input), model_fields(config), view_fields(config),
                    fields_of(config.reconstruction)}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

Result<void> complete_objective(ObjectiveConfig& config) {
  if (auto checked = check_model_spec(config.input); !checked) return checked;
  config.model.leads = config.input.leads;
  config.model.patch_samples = config.input.patch_samples;
  config.model.columns = static_cast<std::int64_t>(config.input.column_count());
  if (config.model.samples() != config.input.samples) {
    return bad(
        "input.samples = " + std::to_string(config.input.samples),
        "choose a multiple of input.patch_samples = " + std::to_string(config.input.patch_samples));
  }
  if (auto checked = check_mae_config(config.model); !checked) return checked;
  if (config.system == "hybrid" && config.reconstruction.weight == 0) {
    return bad("reconstruction.weight = 0 leaves nothing to learn",
               "give a part of the loss a weight");
  }
  return check_views(config);
}

}  // namespace ecg
