#pragma once
// Which kernel computes attention: the usual one, or the fastest of those that there are for a
// run's own data on its own machine.

#include <torch/nn/module.h>

#include <functional>
#include <string>
#include <vector>

#include "train/train_config.h"

namespace ecg {

/// A candidate is taken only where it needs less than this share of the time of the one before it,
/// so that noise seldom decides.
inline constexpr double kClearlyFaster = 0.95;

/// Names that config.attention can take on a device, the usual one first. "kept" is ours
/// (nn/attention.h; float32 on the CPU); "flash", "efficient" and "math" are LibTorch's, which
/// falls back to "math" for what one of them does not offer.
std::vector<std::string> attention_candidates(const TrainConfig& config, torch::Device device);

/// Makes the model's blocks, and for LibTorch's kernels the whole process, use the one of this
/// name; "usual" leaves the choice to nn/attention.h and LibTorch.
void use_attention(torch::nn::Module& model, const std::string& name);

/// The fastest of several, `seconds_of` a trial of each: the first unless another is clearly
/// faster.
std::string fastest_of(const std::vector<std::string>& names,
                       const std::function<double(const std::string&)>& seconds_of);

}  // namespace ecg
