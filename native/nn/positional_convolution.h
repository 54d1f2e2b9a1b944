#pragma once
// Where a step stands, from its neighbours: a wide grouped convolution (Mohamed et al. 2019, as
// wav2vec 2.0 uses it) instead of a table, so that records of any length are known.

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

namespace ecg {

/// gelu(conv(x)) of x's length. The kernel's weight is normalised per place in the kernel (weight
/// norm over the last axis): weight = gain * direction / |direction|. Parameters: gain[1, 1,
/// kernel], direction[width, width / groups, kernel], bias[width].
class PositionalConvolutionImpl : public torch::nn::Module {
 public:
  /// Preconditions: `groups` divides `width`, kernel > 0.
  PositionalConvolutionImpl(std::int64_t width, std::int64_t kernel, std::int64_t groups);

  /// [batch, steps, width] -> what is to be added to it. An even kernel would make one step too
  /// many: the last is left out.
  torch::Tensor forward(const torch::Tensor& x);

  /// The normalised kernel, [width, width / groups, kernel].
  torch::Tensor weight() const;

  torch::Tensor gain, direction, bias;

 private:
  std::int64_t groups_;
};
TORCH_MODULE(PositionalConvolution);

}  // namespace ecg
