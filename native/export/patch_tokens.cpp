#include "export/patch_tokens.h"

#include <nlohmann/json.hpp>

#include "corpus/failure.h"

namespace ecg {

void check_patch_input(const ModelSpec& spec, const MaeConfig& config) {
  throw_on_error(check_model_spec(spec));
  if (spec.leads == config.leads && spec.samples == config.samples() &&
      spec.patch_samples == config.patch_samples) {
    return;
  }
  throw Failure({ErrorCode::kInconsistent,
                 "the input specification does not fit the model's leads, samples or patches",
                 "export with the specification the model was trained with",
                 "",
                 {}});
}

std::string patch_tokens_json(const MaeConfig& config) {
  nlohmann::ordered_json tokens;
  tokens["leads"] = config.lead_count();
  tokens["columns"] = config.columns;
  tokens["patch_samples"] = config.patch_samples;
  tokens["width"] = config.width;
  return tokens.dump();
}

}  // namespace ecg
