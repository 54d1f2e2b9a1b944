#pragma once
// The masked autoencoder's objective: normalised patches of hidden tokens (He et al. 2022, as
// ST-MEM applies it to ECGs), and the level and spread of each patch, which turn it back into a
// waveform.

#include <ATen/core/Tensor.h>

#include "nn/mae_config.h"

namespace ecg {

/// Weight of level and spread beside the normalised patch.
inline constexpr double kLevelWeight = 0.1;

/// What a prediction is compared with.
struct PatchTargets {
  at::Tensor normalised;  ///< [batch, tokens, P]: (x - mean) / sqrt(var + patch_epsilon)
  at::Tensor mean;        ///< [batch, tokens]
  at::Tensor log_sd;      ///< [batch, tokens]: log sqrt(var + patch_epsilon)
};

/// Targets of patches [batch, tokens, P]; var is the population variance.
PatchTargets patch_targets(const at::Tensor& patches, double patch_epsilon);

/// Scalars: means over the counted tokens.
struct ReconstructionLoss {
  at::Tensor total;   ///< what is minimised: patch + kLevelWeight * (level + spread), a mean
  at::Tensor patch;   ///< mean squared error of the normalised patch
  at::Tensor level;   ///< mean squared error of the patch's mean, input units
  at::Tensor spread;  ///< mean squared error of the log standard deviation
  /// `patch` of the predictor that answers 0, the mean: var / (var + epsilon).
  at::Tensor baseline;
};

/// Means over the tokens with weight 1 in `counted` [batch, tokens] (hidden and present); 0 if
/// there is none. prediction: [batch, tokens, P + 2]. Computed in float32 (float64 stays float64).
ReconstructionLoss masked_reconstruction_loss(const at::Tensor& prediction,
                                              const at::Tensor& patches, const at::Tensor& counted,
                                              double patch_epsilon);

}  // namespace ecg
