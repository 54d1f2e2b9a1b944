#pragma once
// Strided convolutions that turn a signal of several leads into one feature vector per time step
// (wav2vec 2.0, Baevski et al. 2020, as fairseq-signals applies it to ECGs).

#include <torch/nn/module.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

namespace ecg {

/// What is normalised between a convolution and its activation.
enum class FeatureNorm : std::uint8_t {
  kGroup,  ///< after the first layer, every channel over the whole time (the source's default).
           ///< Through these statistics a step knows something of every other step
  kLayer,  ///< after every layer, all channels of one step: steps stay apart
};

/// `layers` convolutions of kernel 2 and stride 2 without bias, each followed by its normalisation
/// and GELU (erf form): a step covers 2^layers samples and no others. Parameters:
/// convs.N.weight[width, in, 2]  norms.N.{weight,bias}[width].
class ConvFeaturesImpl : public torch::nn::Module {
 public:
  ConvFeaturesImpl(std::int64_t leads, std::int64_t width, std::int64_t layers, FeatureNorm norm);

  /// [batch, leads, samples] -> [batch, width, steps], steps = samples / 2^layers rounded down.
  torch::Tensor forward(const torch::Tensor& signal);

  torch::nn::ModuleList convs, norms;

 private:
  torch::Tensor normalised(const torch::Tensor& x, std::size_t layer);

  FeatureNorm norm_;
};
TORCH_MODULE(ConvFeatures);

/// x, whose gradient arrives multiplied by `factor`.
torch::Tensor scale_gradient(const torch::Tensor& x, double factor);

}  // namespace ecg
