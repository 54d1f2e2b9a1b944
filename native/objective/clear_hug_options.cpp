#include "objective/clear_hug_options.h"

#include <string>

#include "objective/objective_config.h"

namespace ecg {

std::vector<ConfigField> fields_of(ClearHugOptions& options) {
  return {{"clear_hug.mask_ratio", &options.mask_ratio, 0.01, 0.99, {}},
          {"clear_hug.most_beats", &options.most_beats, 1, 1000, {}},
          {"clear_hug.beat_samples", &options.beat_samples, 2, 4096, {}},
          {"clear_hug.ffn_width", &options.ffn_width, 1, 65536, {}},
          {"clear_hug.amplitude", &options.amplitude, 0, 1, {}},
          {"clear_hug.level_weight", &options.level_weight, 0, 1000, {}},
          {"clear_hug.padding_tokens", &options.padding_tokens, 0, 1, {}}};
}

Result<void> check_clear_hug(const ClearHugOptions& options) {
  if (options.beat_samples % 2 == 0) return {};
  return Error{ErrorCode::kBadValue,
               "clear_hug.beat_samples = " + std::to_string(options.beat_samples),
               "choose an even number: the R peak is in the middle",
               {},
               {}};
}

}  // namespace ecg
