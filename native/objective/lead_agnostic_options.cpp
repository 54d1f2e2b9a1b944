#include "objective/lead_agnostic_options.h"

#include "nn/lead_agnostic_encoder.h"
#include "objective/objective_config.h"

namespace ecg {
namespace {

Error unfit(const std::string& what, const std::string& hint) {
  return {ErrorCode::kBadValue, what, hint, {}, {}};
}

}  // namespace

std::vector<ConfigField> fields_of(LeadAgnosticOptions& o) {
  return {{"lead_agnostic.conv_width", &o.conv_width, 1, 4096, {}},
          {"lead_agnostic.conv_layers", &o.conv_layers, 1, 10, {}},
          {"lead_agnostic.conv_norm", &o.conv_norm, 0, 0, {"group", "layer"}},
          {"lead_agnostic.conv_gradient", &o.conv_gradient, 0, 1, {}},
          {"lead_agnostic.position_kernel", &o.position_kernel, 1, 1024, {}},
          {"lead_agnostic.position_groups", &o.position_groups, 1, 1024, {}},
          {"lead_agnostic.lead_drop", &o.lead_drop, 0, 1, {}},
          {"lead_agnostic.mask_share", &o.mask_share, 0, 1, {}},
          {"lead_agnostic.mask_span", &o.mask_span, 1, 1000, {}},
          {"lead_agnostic.negatives", &o.negatives, 1, 10000, {}},
          {"lead_agnostic.temperature", &o.temperature, 1e-3, 10, {}},
          {"lead_agnostic.books", &o.books, 1, 16, {}},
          {"lead_agnostic.codes", &o.codes, 2, 4096, {}},
          {"lead_agnostic.code_width", &o.code_width, 1, 4096, {}},
          {"lead_agnostic.target_width", &o.target_width, 1, 4096, {}},
          {"lead_agnostic.gumbel_start", &o.gumbel_start, 1e-2, 100, {}},
          {"lead_agnostic.gumbel_end", &o.gumbel_end, 1e-2, 100, {}},
          {"lead_agnostic.gumbel_decay", &o.gumbel_decay, 0, 1, {}},
          {"lead_agnostic.diversity_weight", &o.diversity_weight, 0, 1000, {}},
          {"lead_agnostic.penalty_weight", &o.penalty_weight, 0, 1000, {}},
          {"lead_agnostic.cmsc_weight", &o.cmsc_weight, 0, 1000, {}},
          {"lead_agnostic.cmsc_temperature", &o.cmsc_temperature, 1e-3, 10, {}}};
}

std::int64_t lead_agnostic_steps(const ObjectiveConfig& config) {
  return (config.input.samples / 2) >> config.lead_agnostic.conv_layers;
}

Result<void> check_lead_agnostic(const ObjectiveConfig& config) {
  const LeadAgnosticOptions& options = config.lead_agnostic;
  if (const auto channels = lead_channels(config.input.leads); !channels) return channels.error();
  if (config.model.width % options.position_groups != 0) {
    return unfit("lead_agnostic.position_groups = " + std::to_string(options.position_groups),
                 "choose a divisor of model.width = " + std::to_string(config.model.width));
  }
  const std::int64_t steps = lead_agnostic_steps(config);
  if (steps < 4 || options.mask_span >= steps) {
    return unfit("half a record has " + std::to_string(steps) + " steps",
                 "give lead_agnostic.conv_layers fewer layers, or lead_agnostic.mask_span fewer "
                 "steps; at least 4 steps and one more than mask_span are needed");
  }
  return {};
}

}  // namespace ecg
