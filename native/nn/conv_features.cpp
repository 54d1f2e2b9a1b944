#include "nn/conv_features.h"

#include <ATen/ops/gelu.h>

#include "nn/transformer_block.h"

namespace ecg {

ConvFeaturesImpl::ConvFeaturesImpl(std::int64_t leads, std::int64_t width, std::int64_t layers,
                                   FeatureNorm norm)
    : norm_(norm) {
  const auto channel_norm = torch::nn::GroupNormOptions(width, width).eps(kNormEpsilon);
  const auto step_norm = torch::nn::LayerNormOptions({width}).eps(kNormEpsilon);
  for (std::int64_t i = 0; i < layers; ++i) {
    const auto options = torch::nn::Conv1dOptions(i == 0 ? leads : width, width, 2);
    convs->push_back(torch::nn::Conv1d(torch::nn::Conv1dOptions(options).stride(2).bias(false)));
    if (norm == FeatureNorm::kLayer) norms->push_back(torch::nn::LayerNorm(step_norm));
    if (norm == FeatureNorm::kGroup && i == 0) norms->push_back(torch::nn::GroupNorm(channel_norm));
  }
  register_module("convs", convs);
  register_module("norms", norms);
}

torch::Tensor ConvFeaturesImpl::forward(const torch::Tensor& signal) {
  torch::Tensor x = signal;
  for (std::size_t i = 0; i < convs->size(); ++i) {
    x = at::gelu(normalised(convs->ptr<torch::nn::Conv1dImpl>(i)->forward(x), i));
  }
  return x;
}

torch::Tensor ConvFeaturesImpl::normalised(const torch::Tensor& x, std::size_t layer) {
  if (norm_ == FeatureNorm::kLayer) {
    const auto norm = norms->ptr<torch::nn::LayerNormImpl>(layer);
    return norm->forward(x.transpose(1, 2)).transpose(1, 2);
  }
  return layer == 0 ? norms->ptr<torch::nn::GroupNormImpl>(0)->forward(x) : x;
}

torch::Tensor scale_gradient(const torch::Tensor& x, double factor) {
  return factor * x + (1 - factor) * x.detach();
}

}  // namespace ecg
