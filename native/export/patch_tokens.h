#pragma once
// What bundles of systems whose tokens are patches of the signal have in common.

#include <string>

#include "model_input/model_spec.h"
#include "nn/mae_config.h"

namespace ecg {

/// Throws Failure (kInconsistent) if inputs of this specification do not fit the model's leads,
/// samples and patches.
void check_patch_input(const ModelSpec& spec, const MaeConfig& config);

/// "tokens" of model.json (README.md).
std::string patch_tokens_json(const MaeConfig& config);

}  // namespace ecg
