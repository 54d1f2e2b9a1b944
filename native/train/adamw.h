#pragma once
// AdamW (Loshchilov & Hutter 2019) on LibTorch's fused kernel.

#include <torch/nn/module.h>

#include <map>
#include <string>

#include "train/train_config.h"

namespace ecg {

/// Whether weight decay applies to a parameter: matrices, but no norm, bias or embedding.
bool has_weight_decay(const std::string& name, const torch::Tensor& parameter);

/// Optimiser state of all parameters of a model, in two groups: with decay and without.
class AdamW {
 public:
  AdamW(torch::nn::Module& model, const TrainConfig& config);

  /// One update with the gradients at hand, scaled by `gradient_scale` (clipping).
  void step(double lr, double gradient_scale = 1);

  /// Frees the gradients.
  void clear_gradients();

  /// Norm of all gradients together.
  double gradient_norm() const;

  /// State by name, for a checkpoint: "adam.m.<parameter>", "adam.v.<parameter>",
  /// "adam.step.<parameter>".
  std::map<std::string, torch::Tensor> state() const;

  /// Takes over such a state. False if a tensor is missing or of another shape.
  bool restore(const std::map<std::string, torch::Tensor>& tensors);

 private:
  struct Group {
    double decay = 0;
    std::vector<std::string> names;
    std::vector<torch::Tensor> parameters, first_moments, second_moments, steps;
  };
  void step_group(Group& group, double lr, double gradient_scale);

  Group groups_[2];
  double beta1_, beta2_, epsilon_;
};

}  // namespace ecg
