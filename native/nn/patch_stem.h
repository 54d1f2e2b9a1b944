#pragma once
// A convolutional stem that stays inside its patch.

#include <torch/nn/module.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

#include "nn/mae_config.h"

namespace ecg {

/// Convolutions of a stem, each halving the samples.
inline constexpr std::int64_t kStemLayers = 3;
inline constexpr std::int64_t kStemKernel = 7;
inline constexpr std::int64_t kStemStride = 2;

/// Epsilon of its norms: high enough that the noise of a quiet patch is not blown up.
inline constexpr double kStemEpsilon = 1e-3;

/// Samples per channel after `layers` convolutions of a patch: ceil(n / 2), layer after layer.
std::int64_t stem_samples(std::int64_t patch_samples, std::int64_t layers = kStemLayers);

/// kStemLayers of convolution (kernel 7, stride 2, zeros beyond the patch), GELU and group norm,
/// then a linear layer. Every patch is a signal of its own: nothing crosses its edges, so a hidden
/// patch cannot be seen through a visible neighbour (methods with tokens hidden after a stem leak
/// exactly there). The norms take a patch's amplitude away: use it beside a layer that keeps it.
/// Parameters: convolutions.N.{weight[C,C',7],bias}, norms.N.{weight,bias}, output.{weight,bias}.
class PatchStemImpl : public torch::nn::Module {
 public:
  /// Precondition: `channels` a multiple of kStemGroups.
  PatchStemImpl(std::int64_t patch_samples, std::int64_t channels, std::int64_t width);

  /// [..., patch_samples] -> [..., width].
  torch::Tensor forward(const torch::Tensor& patches);

  torch::nn::ModuleList convolutions, norms;
  torch::nn::Linear output{nullptr};
};
TORCH_MODULE(PatchStem);

}  // namespace ecg
