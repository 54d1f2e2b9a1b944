#pragma once
// Where the time of a training step goes.

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "train/learner.h"

namespace ecg::trainer {

/// Mean seconds of a step by what they went into, one thing after the other: in a run, data and
/// copies are made ahead of time, beside the rest.
struct StepPhases {
  double data = 0;  ///< reading records where there is a corpus; masks, augmentations
  double copy = 0;  ///< to the device
  double forward = 0, backward = 0;
  double exchange = 0;   ///< counts, the gradient's norm, ranks, what the host reads
  double optimiser = 0;  ///< clipping, update, average of weights, gradients back to zero
  double rest = 0;

  double sum() const;

  /// In the order of a step, with names for people.
  std::vector<std::pair<std::string, double>> parts() const;
};

/// One whole training step: forward, backward, update; replayed where run.cuda_graph asks for it.
StepLoss train_step(Learner& learner, std::span<const Batch> batches, const TrainConfig& config);

/// Takes steps for that long (at least one, after one that does not count), waiting for the device
/// after each phase (never replayed: a graph has no phases). `gather` makes the micro-batches of
/// step number 0, 1, ... with their views.
StepPhases measure_phases(Learner& learner, const TrainConfig& config, torch::Device device,
                          const std::function<std::vector<Batch>(std::int64_t)>& gather,
                          double seconds);

}  // namespace ecg::trainer
