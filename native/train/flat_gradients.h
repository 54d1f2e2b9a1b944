#pragma once
// All gradients of a model in one piece of memory, so that they are summed, scaled and cleared at once.

#include <torch/nn/module.h>

#include <vector>

namespace ecg {

/// Makes every parameter's gradient a view into one flat buffer, where backward passes add up. A
/// parameter that takes no part in a step has a gradient of zero.
class FlatGradients {
 public:
  explicit FlatGradients(torch::nn::Module& model);

  /// The buffer, [all elements], in the parameters' type.
  torch::Tensor& values() { return values_; }

  /// Norm of all gradients together, times `scale`: NaN or infinite if one of them is.
  double norm(double scale) const;

  /// Multiplies all gradients.
  void scale(double factor);

  /// Sets all gradients to zero.
  void clear();

 private:
  torch::Tensor values_;
  std::vector<torch::Tensor> views_;
};

}  // namespace ecg
