#pragma once
// An exponential moving average of a model's weights: often better than the last weights themselves.

#include <map>
#include <string>

#include "nn/masked_autoencoder.h"

namespace ecg {

/// A twin of a model that follows it: w' = d w' + (1 - d) w with d = min(decay, (1 + n) / (10 + n))
/// at update n (from 0), so that the first steps are soon forgotten.
class WeightAverage {
 public:
  /// Starts with the weights of `model`, on its device.
  WeightAverage(const MaskedAutoencoder& model, double decay);

  /// Update number `update`, after an optimiser step.
  void follow(const MaskedAutoencoder& model, std::int64_t update);

  MaskedAutoencoder& model() { return twin_; }

  /// Weights by name ("ema.<parameter>") for a checkpoint, and back. False if one is missing or has
  /// another shape.
  std::map<std::string, torch::Tensor> state() const;
  bool restore(const std::map<std::string, torch::Tensor>& tensors);

 private:
  double decay_;
  MaskedAutoencoder twin_;
};

}  // namespace ecg
