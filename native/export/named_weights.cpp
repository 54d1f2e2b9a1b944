#include "export/named_weights.h"

#include <torch/nn/module.h>

namespace ecg {
namespace {

WeightTensor plain_copy(const torch::Tensor& tensor) {
  const auto values = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  const float* begin = values.const_data_ptr<float>();
  return {values.sizes().vec(), {begin, begin + values.numel()}};
}

}  // namespace

NamedWeights weights_of(const torch::nn::Module& module) {
  NamedWeights weights;
  for (const auto& item : module.named_parameters()) weights[item.key()] = plain_copy(item.value());
  for (const auto& item : module.named_buffers()) {
    if (item.value().is_floating_point()) weights[item.key()] = plain_copy(item.value());
  }
  return weights;
}

}  // namespace ecg
