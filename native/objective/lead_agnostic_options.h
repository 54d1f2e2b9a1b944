#pragma once
// What the lead-agnostic system needs beyond other systems. Plain values: no LibTorch here. The
// defaults are those of fairseq-signals' w2v_cmsc_rlm configuration (Oh et al. 2022).

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

namespace ecg {

struct ConfigField;
struct ObjectiveConfig;

/// Table [lead_agnostic]. Width, depth, heads and MLP of the transformer are those of [model].
struct LeadAgnosticOptions {
  std::int64_t conv_width = 256;
  std::int64_t conv_layers = 4;     ///< a step covers 2^conv_layers samples
  std::string conv_norm = "group";  ///< "group": per channel over time, as the source; "layer"
  double conv_gradient = 0.1;       ///< share of the gradient that reaches the convolutions
  std::int64_t position_kernel = 128;
  std::int64_t position_groups = 16;  ///< divides model.width

  double lead_drop = 0.5;  ///< chance that a present lead is left out of a view (RLM)

  double mask_share = 0.49;     ///< of the steps of a view, exactly
  std::int64_t mask_span = 10;  ///< steps in a row
  std::int64_t negatives = 100;
  double temperature = 0.1;  ///< of the contrast of hidden steps

  std::int64_t books = 2, codes = 320, code_width = 128;  ///< quantiser
  std::int64_t target_width = 256;                        ///< in which steps are compared
  double gumbel_start = 2, gumbel_end = 0.5, gumbel_decay = 0.999995;  ///< its temperature

  double diversity_weight = 0.1, penalty_weight = 10;
  double cmsc_weight = 1, cmsc_temperature = 0.1;
};

/// Fields of the table, "lead_agnostic.conv_width" and so on.
std::vector<ConfigField> fields_of(LeadAgnosticOptions& options);

/// Steps of one view: half a record.
std::int64_t lead_agnostic_steps(const ObjectiveConfig& config);

/// Errors: kBadValue where sizes do not fit each other or the input (its leads too).
Result<void> check_lead_agnostic(const ObjectiveConfig& config);

}  // namespace ecg
