#pragma once
// Fixed smooth values for tests of tensors, float64.

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <torch/nn/module.h>

#include <vector>

namespace ecg::test {

/// sin(1.7 i + phase) in row-major order of `shape`.
inline torch::Tensor wave(const std::vector<std::int64_t>& shape, double phase) {
  std::int64_t count = 1;
  for (const auto size : shape) count *= size;
  return at::sin(at::arange(count, at::kDouble) * 1.7 + phase).view(shape);
}

/// Turns a module into float64 with every parameter a wave of its own.
inline void shake(torch::nn::Module& module, double amplitude) {
  module.to(torch::kFloat64);
  const torch::NoGradGuard no_grad;
  double phase = 0.4;
  for (auto& parameter : module.parameters()) {
    parameter.copy_(amplitude * wave(parameter.sizes().vec(), phase));
    phase += 1.1;
  }
}

}  // namespace ecg::test
