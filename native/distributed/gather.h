#pragma once
// Embeddings of all processes for a loss that compares records with each other.

#include <ATen/core/Tensor.h>

#include "distributed/communicator.h"

namespace ecg {

/// Rows of all processes, rank after rank ([rows, D] -> [size * rows, D]), through which gradients
/// flow back to the process a row came from: that of a row is the sum of what all processes make of
/// it. So when every process computes the loss of its own rows against all (divided by the number
/// of all) and parameter gradients are summed, the result is the gradient of one process with all
/// rows. Every process must call it, forwards and backwards. `communicator` must outlive the
/// backward pass.
at::Tensor gather_with_gradient(const Communicator& communicator, const at::Tensor& rows);

}  // namespace ecg
