#include "nn/projection_head.h"

#include <ATen/ops/gelu.h>

#include "nn/transformer_block.h"

namespace ecg {

ProjectionHeadImpl::ProjectionHeadImpl(std::int64_t width, std::int64_t hidden_width,
                                       std::int64_t output_width) {
  hidden = register_module("hidden", torch::nn::Linear(width, hidden_width));
  norm = register_module(
      "norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({hidden_width}).eps(kNormEpsilon)));
  output = register_module("output", torch::nn::Linear(hidden_width, output_width));
}

torch::Tensor ProjectionHeadImpl::forward(const torch::Tensor& x) {
  return output(at::gelu(norm(hidden(x))));
}

}  // namespace ecg
