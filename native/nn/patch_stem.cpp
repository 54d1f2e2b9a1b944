#include "nn/patch_stem.h"

#include <ATen/ops/gelu.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/normalization.h>

namespace ecg {

std::int64_t stem_samples(std::int64_t patch_samples, std::int64_t layers) {
  for (std::int64_t i = 0; i < layers; ++i) patch_samples = (patch_samples + 1) / kStemStride;
  return patch_samples;
}

PatchStemImpl::PatchStemImpl(std::int64_t patch_samples, std::int64_t channels,
                             std::int64_t width) {
  for (std::int64_t i = 0; i < kStemLayers; ++i) {
    const auto shape = torch::nn::Conv1dOptions(i == 0 ? 1 : channels, channels, kStemKernel);
    convolutions->push_back(torch::nn::Conv1d(
        torch::nn::Conv1dOptions(shape).stride(kStemStride).padding(kStemKernel / 2)));
    norms->push_back(
        torch::nn::GroupNorm(torch::nn::GroupNormOptions(kStemGroups, channels).eps(kStemEpsilon)));
  }
  register_module("convolutions", convolutions);
  register_module("norms", norms);
  output =
      register_module("output", torch::nn::Linear(channels * stem_samples(patch_samples), width));
}

torch::Tensor PatchStemImpl::forward(const torch::Tensor& patches) {
  auto x = patches.reshape({-1, 1, patches.size(-1)});
  for (std::size_t i = 0; i < kStemLayers; ++i) {
    x = convolutions->at<torch::nn::Conv1dImpl>(i).forward(x);
    x = norms->at<torch::nn::GroupNormImpl>(i).forward(at::gelu(x));
  }
  auto shape = patches.sizes().vec();
  shape.back() = output->options.out_features();
  return output(x.flatten(1)).view(shape);
}

}  // namespace ecg
