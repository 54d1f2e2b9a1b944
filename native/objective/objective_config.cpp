#include "objective/objective_config.h"

#include <algorithm>
#include <array>

#include "objective/contrast.h"
#include "objective/view_config.h"

namespace ecg {
namespace {

constexpr double kLargestSeed = 1e12;

constexpr std::array kNormalisations = {Normalisation::kNone, Normalisation::kZscoreRecord,
                                        Normalisation::kZscoreLead};

std::vector<ConfigField> input_fields(ObjectiveConfig& c) {
  std::vector<std::string> normalisations;
  for (const Normalisation n : kNormalisations) normalisations.emplace_back(normalisation_name(n));
  ModelSpec& s = c.input;
  return {{"input.sampling_rate_hz", &s.sampling_rate_hz, 1, 10000, {}},
          {"input.samples", &s.samples, 2, 1e6, {}},
          {"input.patch_samples", &s.patch_samples, 2, 4096, {}},
          {"input.highpass_hz", &s.highpass_hz, 0, 5000, {}},
          {"input.lowpass_hz", &s.lowpass_hz, 0, 5000, {}},
          {"input.filter_order", &s.filter_order, 1, 10, {}},
          {"input.normalisation", &c.normalisation, 0, 0, normalisations}};
}

std::vector<ConfigField> model_fields(ObjectiveConfig& c) {
  MaeConfig& m = c.model;
  return {{"model.width", &m.width, 2, 8192, {}},
          {"model.depth", &m.depth, 1, 128, {}},
          {"model.heads", &m.heads, 1, 256, {}},
          {"model.mlp_ratio", &m.mlp_ratio, 0.25, 16, {}},
          {"model.stem", &m.stem, 0, 0, {"linear", "conv"}},
          {"model.stem_channels", &m.stem_channels, 4, 4096, {}},
          {"model.decoder_width", &m.decoder_width, 2, 8192, {}},
          {"model.decoder_depth", &m.decoder_depth, 1, 128, {}},
          {"model.decoder_heads", &m.decoder_heads, 1, 256, {}},
          {"model.patch_epsilon", &m.patch_epsilon, 1e-12, 0.5, {}},
          {"model.positions", &m.positions, 0, 0, {"sine_cosine", "learned"}},
          {"model.drop_path", &c.drop_path, 0, 0.9, {}}};
}

std::vector<ConfigField> view_fields(ObjectiveConfig& c) {
  return {{"view.count", &c.views, 1, 2, {}},
          {"view.alignment", &c.alignment, 0, 0, {"none", "r_peak"}},
          {"mask.method", &c.mask_method, 0, 0, {}},
          {"mask.ratio", &c.mask_ratio, 0, 1, {}},
          {"mask.time_ratio", &c.mask.time_ratio, 0, 1, {}},
          {"mask.lead_ratio", &c.mask.lead_ratio, 0, 1, {}},
          {"augment.methods", &c.augment_methods, 0, 0, {}},
          {"augment.importance", &c.importance, 0, 0, {"none", "learned"}},
          {"augment.importance_bands", &c.importance_bands, 1, 4096, {}},
          {"augment.strength", &c.augment_strength, 0, 2, {}}};
}

Error bad(std::string message, std::string hint) {
  return {ErrorCode::kBadValue, std::move(message), std::move(hint), {}, {}};
}

Result<void> check_hybrid(const ObjectiveConfig& config) {
  if (config.reconstruction.weight == 0 && config.contrast.weight == 0) {
    return bad("reconstruction.weight = 0 and contrast.weight = 0 leave nothing to learn",
               "give a part of the loss a weight");
  }
  if (config.contrast.weight > 0 && config.views != 2) {
    return bad("contrast.weight = " + std::to_string(config.contrast.weight) +
                   " with view.count = " + std::to_string(config.views),
               "two views are compared: view.count = 2");
  }
  if (config.learns_importance() && config.input.samples % 2 != 0) {
    return bad("augment.importance = \"learned\" with an odd number of samples",
               "choose an even input.samples");
  }
  if (config.learns_importance() && config.importance_bands > config.input.samples / 2 + 1) {
    return bad("augment.importance_bands = " + std::to_string(config.importance_bands),
               "choose at most " + std::to_string(config.input.samples / 2 + 1) +
                   ", the bins of the spectrum");
  }
  return {};
}

}  // namespace

const std::vector<std::string>& system_kinds() {
  static const std::vector<std::string> kinds{"hybrid", "cg_dmer", "clear_hug", "lead_agnostic"};
  return kinds;
}

std::vector<ConfigField> fields_of(ReconstructionOptions& options) {
  return {{"reconstruction.weight", &options.weight, 0, 1000, {}}};
}

std::vector<ConfigField> fields_of(ContrastConfig& config) {
  return {{"contrast.weight", &config.weight, 0, 1000, {}},
          {"contrast.temperature", &config.temperature, 0.01, 10, {}},
          {"contrast.width", &config.width, 2, 8192, {}},
          {"contrast.same_patient", &config.same_patient, 0, 0, same_patient_names()}};
}

std::vector<ConfigField> objective_fields(ObjectiveConfig& config) {
  std::vector<ConfigField> all{{"seed", &config.seed, 0, kLargestSeed, {}},
                               {"system", &config.system, 0, 0, system_kinds()}};
  for (auto part :
       {input_fields(config), model_fields(config), view_fields(config),
        fields_of(config.reconstruction), fields_of(config.contrast), fields_of(config.cg_dmer),
        fields_of(config.clear_hug), fields_of(config.lead_agnostic)}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

Result<void> complete_objective(ObjectiveConfig& config) {
  for (const Normalisation n : kNormalisations) {
    if (config.normalisation == normalisation_name(n)) config.input.normalisation = n;
  }
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
  if (config.system == "hybrid") {
    if (auto checked = check_hybrid(config); !checked) return checked;
  }
  if (config.system == "cg_dmer") {
    if (auto checked = check_cg_dmer(config.cg_dmer); !checked) return checked;
  }
  if (config.system == "clear_hug") {
    if (auto checked = check_clear_hug(config.clear_hug); !checked) return checked;
  }
  if (config.system == "lead_agnostic") {
    if (auto checked = check_lead_agnostic(config); !checked) return checked;
  }
  return check_views(config);
}

Result<void> adopt_corpus(ObjectiveConfig& config, const std::filesystem::path& folder,
                          const CorpusInfo& corpus) {
  if (config.system != "cg_dmer") return {};
  return adopt_vocabulary(config.cg_dmer, folder, corpus);
}

}  // namespace ecg
