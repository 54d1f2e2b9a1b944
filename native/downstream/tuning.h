#pragma once
// One encoder and one head trained together, whatever the loss: optimiser, schedule, clipping, and
// the way back to the best weights.

#include <torch/nn/module.h>

#include <memory>
#include <optional>
#include <vector>

#include "downstream/fine_tune_options.h"
#include "objective/system.h"
#include "train/adamw.h"

namespace ecg {

/// Layer-wise learning rates go by the names of the encoder's parameters; the head has the highest.
class Tuner {
 public:
  /// Moves both to the options' device. `start`: the configuration of the encoder's run.
  Tuner(const SystemPtr& encoder, const std::shared_ptr<torch::nn::Module>& head,
        const TrainConfig& start, const FineTuneOptions& options, std::int64_t epoch_steps);

  /// One optimiser step on a loss; a step without a finite gradient is left out. Returns the loss.
  double step(const torch::Tensor& loss);

  /// Remembers the weights as they are; goes back to those remembered last.
  void keep();
  void restore();
  bool kept() const { return !kept_.empty(); }

  torch::Device device() const { return device_; }
  void to(torch::Device device) { both_.to(device); }

 private:
  torch::nn::Module both_;
  TrainConfig schedule_;
  double grad_clip_;
  torch::Device device_;
  std::optional<AdamW> optimiser_;
  std::vector<torch::Tensor> kept_;
  std::int64_t step_ = 0;
};

/// Numbers 0 to count - 1: records of a group, for SampleOrder.
std::vector<std::uint32_t> counted_to(std::size_t count);

}  // namespace ecg
