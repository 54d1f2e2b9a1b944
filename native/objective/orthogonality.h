#pragma once
// Keeps apart what two modalities share and what is one's own.

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "distributed/communicator.h"

namespace ecg {

/// How far apart shared and specific parts are kept.
enum class Orthogonality : std::uint8_t {
  kBatch,   ///< no direction of one varies with any of the other over the batch: the stronger form
  kRecord,  ///< the two vectors of every record are at right angles
};

/// "batch", "record": what a configuration may say.
const std::vector<std::string>& orthogonality_names();

/// Precondition: one of orthogonality_names().
Orthogonality orthogonality_of(const std::string& name);

/// A sum over this process' valid records; divided by the valid records n of all processes it is
///   kRecord: mean of cos(s_b, p_b)^2 over the valid records;
///   kBatch: |S^T P|_F^2 / n^2, the rows of S and P centred over the valid records of all
///   processes,
///           then of length 1 (the difference loss of Bousmalis et al. 2016, "Domain separation
///           networks", its square divided by n^2): 0 for one record, 1 at most.
/// shared, specific: [batch, D] of any length but 0; valid: [batch] of 1 and 0. Parameter gradients
/// summed over processes are those of one process with all records; every process must call it. In
/// float32 (float64 stays) whatever autocast says.
at::Tensor orthogonality_sum(const at::Tensor& shared, const at::Tensor& specific,
                             const at::Tensor& valid, Orthogonality form,
                             const Communicator& ranks);

}  // namespace ecg
