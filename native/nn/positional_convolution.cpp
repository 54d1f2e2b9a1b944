#include "nn/positional_convolution.h"

#include <ATen/ops/conv1d.h>
#include <ATen/ops/gelu.h>

#include "core/assert.h"

namespace ecg {

PositionalConvolutionImpl::PositionalConvolutionImpl(std::int64_t width, std::int64_t kernel,
                                                     std::int64_t groups)
    : groups_(groups) {
  ECG_ASSERT(kernel > 0 && groups > 0 && width % groups == 0);
  gain = register_parameter("gain", torch::ones({1, 1, kernel}));
  direction = register_parameter("direction", torch::ones({width, width / groups, kernel}));
  bias = register_parameter("bias", torch::zeros({width}));
}

torch::Tensor PositionalConvolutionImpl::weight() const {
  return direction * (gain / direction.norm(2, {0, 1}, true));
}

torch::Tensor PositionalConvolutionImpl::forward(const torch::Tensor& x) {
  const auto kernel = direction.size(2), steps = x.size(1);
  const auto mixed = at::conv1d(x.transpose(1, 2), weight(), bias, 1, kernel / 2, 1, groups_);
  return at::gelu(mixed.narrow(2, 0, steps)).transpose(1, 2);
}

}  // namespace ecg
