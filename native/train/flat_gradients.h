#pragma once
// All gradients of a model in one piece of memory, so that they are summed, scaled and cleared at
// once.

#include <torch/nn/module.h>

#include <optional>
#include <vector>

namespace ecg {

/// Elements that a parameter takes up in a flat buffer: its own, and zeros up to the next multiple
/// of 64 bytes, so that matrix products find every parameter aligned.
std::int64_t flat_extent(const torch::Tensor& parameter);

/// The gradients of `parameters` as one tensor, if each lies flat_extent() after the one before.
std::optional<torch::Tensor> flat_gradient_of(const std::vector<torch::Tensor>& parameters);

/// Makes every parameter's gradient a view into one flat buffer, where backward passes add up, in
/// the order in which the parameters lie in memory. A parameter that takes no part in a step has a
/// gradient of zero.
class FlatGradients {
 public:
  explicit FlatGradients(torch::nn::Module& model);

  /// The buffer, [sum of flat_extent()], in the parameters' type.
  torch::Tensor& values() { return values_; }

  /// Norm of all gradients together, one element on their device: NaN or infinite if one of them
  /// is.
  torch::Tensor norm() const;

  /// Sets all gradients to zero.
  void clear();

 private:
  torch::Tensor values_;
  std::vector<torch::Tensor> views_;
};

}  // namespace ecg
