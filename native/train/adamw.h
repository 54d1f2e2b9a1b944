#pragma once
// AdamW (Loshchilov & Hutter 2019) on LibTorch's fused kernel.

#include <torch/nn/module.h>

#include <map>
#include <string>

#include "train/train_config.h"

namespace ecg {

/// Whether weight decay applies to a parameter: matrices, but no norm, bias or embedding.
bool has_weight_decay(const std::string& name, const torch::Tensor& parameter);

/// Layer of a parameter by its name: 0 = embeddings and stems, 1 to depth = encoder blocks
/// ("blocks.N"), depth + 1 = all that follows, decoders and heads above all.
std::int64_t layer_of(const std::string& name, std::int64_t depth);

/// Optimiser state of all parameters of a model, in groups of equal decay and learning rate. The
/// learning rate of layer l is layer_decay^(depth + 1 - l) times that of the last.
class AdamW {
 public:
  /// Moves the parameters of each group next to each other in memory (they stay what they are), so
  /// that one call of the kernel updates them all. Build FlatGradients afterwards: it follows them.
  AdamW(torch::nn::Module& model, const TrainConfig& config);

  /// One update with the gradients at hand, divided by `divisor` (one element, float32, on the
  /// device) if that is defined. Where `skip` (likewise) is 1 nothing changes at all; the host need
  /// not know.
  void step(double lr, const torch::Tensor& divisor = {}, const torch::Tensor& skip = {});

  /// The same with a learning rate that the host need not know: one element on the device, float32
  /// on CUDA, float64 on the CPU, where the result is the same to the bit.
  void step(const torch::Tensor& lr, const torch::Tensor& divisor, const torch::Tensor& skip);

  /// State by name, for a checkpoint: "adam.m.<parameter>", "adam.v.<parameter>",
  /// "adam.step.<parameter>".
  std::map<std::string, torch::Tensor> state() const;

  /// Takes over such a state. False if a tensor is missing or of another shape.
  bool restore(const std::map<std::string, torch::Tensor>& tensors);

 private:
  struct Group {
    double decay = 0, lr_scale = 1;
    std::vector<std::string> names;
    std::vector<torch::Tensor> parameters, first_moments, second_moments;
    torch::Tensor all_parameters, all_first, all_second;  ///< what those are views of
    bool in_step = true;  ///< all parameters have had equally many updates
    torch::Tensor steps;  ///< [parameters] float32: updates so far
  };
  // Takes the group's place from the front of room [3, elements] (parameters, first and second
  // moments) and returns what is left of it.
  static torch::Tensor lay_out(Group& group, const torch::Tensor& room);
  /// One update as it is asked for.
  struct Update {
    std::variant<double, torch::Tensor> lr;
    torch::Tensor divisor, skip;
  };
  void step_group(Group& group, const Update& update) const;
  void call_kernel(const Group& group, const Update& update,
                   const std::vector<std::vector<torch::Tensor>>& of) const;

  std::vector<Group> groups_;
  double beta1_, beta2_, epsilon_;
};

}  // namespace ecg
