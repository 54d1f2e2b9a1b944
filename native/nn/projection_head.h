#pragma once
// From a record's embedding to the space in which records are compared.

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

namespace ecg {

/// Linear - LayerNorm - GELU - Linear, per record. No BatchNorm, as SimCLR has it: its statistics
/// would make a record depend on its neighbours and on how many ranks share a batch. The loss takes
/// the length away (objective/contrast.h). Parameters: hidden, norm, output (weight and bias each).
class ProjectionHeadImpl : public torch::nn::Module {
 public:
  ProjectionHeadImpl(std::int64_t width, std::int64_t hidden_width, std::int64_t output_width);

  /// [..., width] -> [..., output_width].
  torch::Tensor forward(const torch::Tensor& x);

  torch::nn::Linear hidden{nullptr}, output{nullptr};
  torch::nn::LayerNorm norm{nullptr};
};
TORCH_MODULE(ProjectionHead);

}  // namespace ecg
