#pragma once
// Model, gradients and optimiser of one rank: what a step does once its data are there.

#include <array>
#include <optional>
#include <span>

#include "distributed/communicator.h"
#include "nn/masked_autoencoder.h"
#include "train/adamw.h"
#include "train/flat_gradients.h"
#include "train/forward.h"
#include "train/weight_average.h"

namespace ecg {

/// Means over the counted tokens of all records of a step, on all ranks.
struct StepLoss {
  double total = 0, patch = 0, level = 0, spread = 0;
  double tokens = 0;  ///< counted
};

/// Seconds of a step by what they went into. Exact on the CPU; on CUDA what the host waited for.
struct PhaseSeconds {
  double forward = 0, backward = 0, exchange = 0, optimiser = 0;
  double sum() const { return forward + backward + exchange + optimiser; }
};

/// Gradients of micro-batches add up as sums over counted tokens and are divided by the number of
/// tokens of all ranks at the end. So a step does not depend on how its records were shared out among
/// ranks and micro-batches, beyond rounding, even where leads are missing.
class Learner {
 public:
  /// `communicator` must outlive it.
  Learner(const TrainConfig& config, torch::Device device, const Communicator& communicator);

  MaskedAutoencoder& model() { return model_; }

  /// The model to validate, keep and use: the average of weights if there is one, else the model.
  MaskedAutoencoder& judged_model() { return average_ ? average_->model() : model_; }

  /// Everything but the model that a checkpoint needs, by name.
  std::map<std::string, torch::Tensor> state() const;

  /// Takes over such a state. False if it is not complete.
  bool restore(const std::map<std::string, torch::Tensor>& tensors);

  /// Forward and backward of one micro-batch.
  void accumulate(const MaskedBatch& batch);

  /// Sums what all ranks accumulated, `along` (numbers of the caller's) included, and ends the
  /// accumulation. Throws RankLost.
  StepLoss exchange(std::span<double> along);

  /// Norm of the step's gradient, before clipping. Call after exchange.
  double gradient_norm() const { return gradient_norm_; }

  /// One optimiser update (number `step` of the run) with the gradient clipped to config.grad_clip.
  void apply(double lr, std::int64_t step);

  /// Makes the gradients zero again. Call at the end of every step, applied or not.
  void clear() { gradients_.clear(); }

  /// Time spent since the last call.
  PhaseSeconds take_seconds();

 private:
  static constexpr std::size_t kSums = 5;  ///< tokens, total, patch, level, spread

  const TrainConfig& config_;
  torch::Device device_;
  const Communicator& communicator_;
  MaskedAutoencoder model_;
  AdamW optimiser_;
  std::optional<WeightAverage> average_;
  FlatGradients gradients_;
  torch::Tensor sums_;  ///< [kSums] float64 on the device
  double nominal_tokens_ = 1;
  double scale_ = 1, gradient_norm_ = 0;
  PhaseSeconds seconds_;
};

}  // namespace ecg
