#pragma once
// Model, gradients and optimiser of one rank: what a step does once its data are there.

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "distributed/communicator.h"
#include "objective/system.h"
#include "train/adamw.h"
#include "train/flat_gradients.h"
#include "train/forward.h"
#include "train/weight_average.h"

namespace ecg {

/// Loss of a step: means over what was counted on all ranks.
struct StepLoss {
  double total = 0;            ///< sum of weight * part
  std::vector<double> parts;   ///< as System::terms names them
  std::vector<double> counts;  ///< things that each part is a mean over
};

/// Seconds of a step by what they went into. Exact on the CPU; on CUDA what the host waited for, or
/// with Learner::time_phases_apart what each took.
struct PhaseSeconds {
  double forward = 0, backward = 0, exchange = 0, optimiser = 0;
  double sum() const { return forward + backward + exchange + optimiser; }
};

/// Every part of the loss is a sum over counted things (tokens, records) divided by their number in
/// the whole step, which the ranks agree on before they compute. So a step does not depend on how
/// its records were shared out among ranks and micro-batches, beyond rounding, even where leads are
/// missing. (A part that compares records compares those of one micro-batch, of all ranks.)
class Learner {
 public:
  /// `communicator` must outlive it. From here on the process computes as config.deterministic
  /// says.
  Learner(const TrainConfig& config, torch::Device device, const Communicator& communicator);
  ~Learner();

  System& model() const { return *model_; }

  /// The model to validate, keep and use: the average of weights if there is one, else the model.
  System& judged_model() const { return average_ ? average_->model() : *model_; }

  /// Everything but the model that a checkpoint needs, by name.
  std::map<std::string, torch::Tensor> state() const;

  /// Takes over such a state, saved after `steps` steps. False if it is not complete.
  bool restore(const std::map<std::string, torch::Tensor>& tensors, std::int64_t steps);

  /// Begins a step on these micro-batches: counts what its loss is a mean over, on all ranks.
  /// Throws RankLost.
  void begin(std::span<const Batch> batches);

  /// Forward and backward of one of them.
  void accumulate(const Batch& batch);

  /// Sums what all ranks accumulated, `along` (numbers of the caller's) included, and ends the
  /// accumulation. Waits for no device. Throws RankLost.
  void exchange(std::span<const double> along);

  /// One optimiser update with the gradient clipped to config.grad_clip, or none where the gradient
  /// is not finite, which the device decides for itself. Call after exchange.
  void apply(double lr);

  /// begin, accumulate each, exchange({}) and apply in one, on memory that stays the same from step
  /// to step (Replay): a CUDA graph on CUDA. The same results. False, and nothing is done, where
  /// these micro-batches have other shapes than those of the first call. For one rank alone, and a
  /// system whose steps are all alike (System::steps_alike).
  bool replay(std::span<const Batch> batches, double lr);

  /// What exchange summed, in the one copy to the host that a step makes.
  StepLoss read(std::span<double> along);

  /// begin, accumulate each, exchange, read.
  StepLoss learn_from(std::span<const Batch> batches, std::span<double> along = {});

  /// Norm of the step's gradient, before clipping. Call after read.
  double gradient_norm() const { return gradient_norm_; }

  /// Ends step number `step`, applied or not: gradients are zero again, and the model and its
  /// average take up what goes by the number of steps (System::after_step). The average follows an
  /// update that was made. Call after read.
  void end_step(std::int64_t step);

  /// Seconds of forward and backward on these micro-batches, of which nothing else remains: the
  /// quickest of `trials`, after one that does not count. Throws RankLost.
  double trial_seconds(std::span<const Batch> batches, int trials);

  /// Time spent since the last call.
  PhaseSeconds take_seconds();

  /// From now on phases wait for the device at their ends, which costs time: for measuring.
  void time_phases_apart() { apart_ = true; }

 private:
  /// An update with a learning rate that is a number, or a tensor.
  template <typename Rate>
  void update(const Rate& lr);

  /// Adds the time it lives to a phase.
  class PhaseTimer;

  const TrainConfig& config_;
  torch::Device device_;
  const Communicator& communicator_;
  SystemPtr model_;
  std::vector<LossTerm> terms_;
  AdamW optimiser_;
  std::optional<WeightAverage> average_;
  FlatGradients gradients_;
  torch::Tensor sums_, counts_;  ///< [terms] float64 on the device
  torch::Tensor exchanged_;      ///< [counts, sums, along, gradient norm] float64 on the device
  bool applied_ = false;         ///< an update of this step was asked for
  double gradient_norm_ = 0;
  PhaseSeconds seconds_;
  bool apart_ = false;

  /// What replay keeps between steps.
  struct Repeated;
  std::unique_ptr<Repeated> repeated_;
};

}  // namespace ecg
