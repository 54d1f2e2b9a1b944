#include "objective/masked_reconstruction.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

namespace ecg {
namespace {

at::Tensor mean_over(const at::Tensor& per_token, const at::Tensor& counted) {
  return (per_token * counted).sum() / counted.sum().clamp_min(1);
}

}  // namespace

PatchTargets patch_targets(const at::Tensor& patches, double patch_epsilon) {
  const auto mean = patches.mean(-1, true);
  const auto centred = patches - mean;
  const auto sd = (centred.square().mean(-1, true) + patch_epsilon).sqrt();
  return {centred / sd, mean.squeeze(-1), sd.log().squeeze(-1)};
}

ReconstructionLoss masked_reconstruction_loss(const at::Tensor& prediction,
                                              const at::Tensor& patches, const at::Tensor& counted,
                                              double patch_epsilon) {
  const auto length = patches.size(-1);
  const auto answer = prediction.to(patches.scalar_type());
  const PatchTargets target = patch_targets(patches, patch_epsilon);
  ReconstructionLoss loss;
  const auto error = answer.narrow(-1, 0, length) - target.normalised;
  loss.patch = mean_over(error.square().mean(-1), counted);
  loss.level = mean_over((answer.select(-1, length) - target.mean).square(), counted);
  loss.spread = mean_over((answer.select(-1, length + 1) - target.log_sd).square(), counted);
  loss.baseline = mean_over(target.normalised.square().mean(-1), counted);
  loss.total = loss.patch + kLevelWeight * (loss.level + loss.spread);
  return loss;
}

}  // namespace ecg
