#pragma once
// Linear probe: multi-label logistic regression on frozen features, solved to its optimum.

#include <ATen/core/Tensor.h>

#include <vector>

namespace ecg {

/// Probabilities = sigmoid(standardised features * weight + bias).
struct LinearProbe {
  at::Tensor mean, scale;  ///< [features] float64, of the training features
  at::Tensor weight;       ///< [features, classes] float64
  at::Tensor bias;         ///< [classes] float64

  /// [records, classes] float64 from features [records, features].
  at::Tensor probabilities(const at::Tensor& features) const;
};

/// Minimises, per class, mean(log loss) + l2 / 2 * |weight|^2 (the bias is free) by damped Newton
/// steps; the problem is strictly convex, so the answer depends on nothing but data and `l2`. A
/// class whose training labels are all alike gets its constant. features [records, features],
/// labels [records, classes] of 0 and 1. Throws Failure kInsufficientData without records.
LinearProbe fit_linear_probe(const at::Tensor& features, const at::Tensor& labels, double l2);

/// Strengths that are tried where none is given: 1e-4 to 1 in half decades.
const std::vector<double>& probe_strengths();

}  // namespace ecg
