#pragma once
// A self-supervised system: networks, and what they learn from. The engine (native/train) knows
// nothing else of it; every system has a file pair here and a kind in objective_config.h.

#include <torch/nn/module.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "distributed/communicator.h"
#include "nn/encoded_batch.h"
#include "objective/batch.h"
#include "objective/objective_config.h"

namespace ecg {

/// One part of a loss: a mean over things (tokens, records, pairs), times its weight.
struct LossTerm {
  std::string name;  ///< a column of metrics.csv
  double weight = 1;
};

/// Patches predicted for a view, for systems that reconstruct.
struct PatchPrediction {
  torch::Tensor prediction;  ///< [batch, tokens, P + 2]: normalised patch, mean, log deviation
  torch::Tensor patches;     ///< [batch, tokens, P] of the view's target
};

class System : public torch::nn::Module {
 public:
  explicit System(ObjectiveConfig config) : config_(std::move(config)) {}

  const ObjectiveConfig& config() const { return config_; }

  /// Whether `prepare` looks at Batch::r_peaks or Batch::reports, which cost a second read.
  virtual bool needs_details() const { return false; }

  /// Whether `prepare` takes signals that are on another device already and leaves them there.
  virtual bool prepares_on_device() const { return false; }

  /// Makes the views of `batch` (on the CPU, but for prepares_on_device): crops, augmentations,
  /// masks, tokens from signal and keys. Looks at no weights, so that it runs beside training; a
  /// function of configuration, record and key alone. Throws Failure.
  virtual void prepare(Batch& batch) const = 0;

  /// The parts of the loss, the same throughout a run.
  virtual std::vector<LossTerm> terms() const = 0;

  /// [terms] float64 on the batch's device: how many things each part is a mean over.
  virtual torch::Tensor counts(const Batch& batch) const = 0;

  /// One differentiable scalar per part: the SUM over the things that `counts` counted, in float32.
  /// The engine divides by the counts of all ranks and micro-batches. A part that compares records
  /// with each other compares those of all ranks (distributed/gather.h, `ranks`).
  virtual std::vector<torch::Tensor> sums(const Batch& batch, const Communicator& ranks) = 0;

  /// Token and record embeddings of whole records: signal [batch, leads, samples] normalised as the
  /// corpus is, lead_mask [batch, leads] (1 = present). Nothing is hidden, nothing is random.
  virtual EncodedBatch encode(const torch::Tensor& signal, const torch::Tensor& lead_mask) = 0;

  /// Patches of one view, where the system reconstructs; else nothing.
  virtual std::optional<PatchPrediction> predict(const View&) { return std::nullopt; }

  /// The waveform with hidden tokens filled in: token_mask [batch, tokens] (1 = hidden). Undefined
  /// where the system does not reconstruct patches.
  virtual torch::Tensor reconstruct(const torch::Tensor& /*signal*/,
                                    const torch::Tensor& /*lead_mask*/,
                                    const torch::Tensor& /*token_mask*/) {
    return {};
  }

  /// Whether a part of the loss compares records with each other: then every rank and micro-batch
  /// must bring equally many.
  virtual bool compares_records() const { return false; }

  /// Called at the end of every step (number `step`, from 0), also one whose update was skipped,
  /// and of a resumed run once with its last: for what goes by the number of steps.
  virtual void after_step(std::int64_t /*step*/) {}

  /// Whether a step computes the same function of batch and weights throughout a run: then it may
  /// be recorded once and replayed.
  virtual bool steps_alike() const { return true; }

  /// Floating-point operations of one record's step, forward and backward, when the first part of
  /// the loss counted `counted` things of it; 0 = not known (no MFU is shown).
  virtual double training_flops(double /*counted*/) const { return 0; }

 private:
  ObjectiveConfig config_;
};

using SystemPtr = std::shared_ptr<System>;

/// The system that `config.system` names, with the weights of config.seed. Precondition:
/// check_objective(config).
SystemPtr make_system(const ObjectiveConfig& config);

}  // namespace ecg
