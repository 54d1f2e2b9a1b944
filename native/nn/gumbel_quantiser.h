#pragma once
// Product quantiser with Gumbel noise (wav2vec 2.0; Jang et al. 2017): a feature vector chooses one
// code from each of several books.

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <cstdint>
#include <span>

#include "core/philox.h"

namespace ecg {

/// Size of a quantiser.
struct QuantiserSizes {
  std::int64_t inputs = 256;  ///< width of a feature vector
  std::int64_t books = 2;     ///< G
  std::int64_t codes = 320;   ///< V, of each book
  std::int64_t code_width = 128;
};

/// How the temperature falls: max(start * decay^n, end) after n updates.
struct TemperatureSchedule {
  double start = 2, end = 0.5, decay = 0.999995;

  double at(std::int64_t updates) const;
};

/// What a quantiser says of feature vectors [..., inputs].
struct Quantised {
  torch::Tensor vectors;  ///< [..., books * code_width]: the chosen codes side by side
  torch::Tensor codes;    ///< [..., books] int64: which
  torch::Tensor logits;   ///< [..., books, codes] float32, without noise or temperature
};

/// Parameters: logits.{weight[G V, inputs],bias}  codebook[G, V, code_width]. Everything from the
/// logits on is float32 (float64 stays).
class GumbelQuantiserImpl : public torch::nn::Module {
 public:
  explicit GumbelQuantiserImpl(const QuantiserSizes& sizes);

  /// Training: `noise` [..., books, codes] of fill_gumbel. The largest of (logits + noise) /
  /// temperature is chosen, the gradient is that of their softmax (straight through). Without noise
  /// (undefined): the largest logit, and no gradient to the logits.
  Quantised forward(const torch::Tensor& features, const torch::Tensor& noise, double temperature);

  torch::nn::Linear logits{nullptr};
  torch::Tensor codebook;

 private:
  QuantiserSizes sizes_;
};
TORCH_MODULE(GumbelQuantiser);

/// Standard Gumbel draws -log(-log u).
void fill_gumbel(RandomStream& random, std::span<float> out);

}  // namespace ecg
