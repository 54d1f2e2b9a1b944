#pragma once
// An exponential moving average of a model's weights: often better than the last weights
// themselves.

#include <map>
#include <string>

#include "objective/system.h"

namespace ecg {

/// A twin of a model that follows it: w' = d w' + (1 - d) w with d = min(decay, (1 + n) / (10 + n))
/// at update n (from 0), so that the first steps are soon forgotten.
class WeightAverage {
 public:
  /// Starts with the weights of `model`, on its device.
  WeightAverage(const System& model, double decay);

  /// Update number `update`, after an optimiser step.
  void follow(const System& model, std::int64_t update);

  System& model() const { return *twin_; }

  /// Weights by name ("ema.<parameter>") for a checkpoint, and back. False if one is missing or has
  /// another shape.
  std::map<std::string, torch::Tensor> state() const;
  bool restore(const std::map<std::string, torch::Tensor>& tensors);

 private:
  double decay_;
  SystemPtr twin_;
};

}  // namespace ecg
