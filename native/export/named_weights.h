#pragma once
// Weights by name, without LibTorch: what graph writing needs of a module.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace torch::nn {
class Module;
}

namespace ecg {

/// Values of one parameter or buffer, float32, row-major.
struct WeightTensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

using NamedWeights = std::map<std::string, WeightTensor>;

/// Every parameter and every floating-point buffer of a module under its full name
/// ("encoder.blocks.0.qkv.weight"), copied to the CPU as float32.
NamedWeights weights_of(const torch::nn::Module& module);

}  // namespace ecg
