#pragma once
// Gradients against central differences, in float64.

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ecg::test {

/// Tensors by name that are free to change.
using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;

/// The parameters of a module, and nothing else.
NamedTensors named_parameters_of(const torch::nn::Module& module);

/// Checks d loss / d tensor of each of `tensors` (float64 leaves) at its first, middle and last
/// element against central differences, to 1e-5 relative. Every tensor must have a gradient.
/// Returns how many of the gradients checked are not zero.
int check_gradients(const NamedTensors& tensors, const std::function<torch::Tensor()>& loss);

}  // namespace ecg::test
