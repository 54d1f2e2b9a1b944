#pragma once
// CMSC (Kiyasseh et al. 2021, CLOCS): two stretches of one recording are to be near each other.

#include <ATen/core/Tensor.h>

#include "distributed/communicator.h"

namespace ecg {

/// z / |z| whose gradient keeps its radial part: the length counts as a constant, as in
/// fairseq-signals. Lengths below 1e-8 count as 1e-8.
at::Tensor divided_by_own_length(const at::Tensor& z);

/// first, second: [batch, D] of the two stretches of this process' records; patient: [batch] int64.
/// Sum over this process' records i of
///   1/2 mean over j of -log softmax_j(a_i.b_j / t)  +  1/2 mean over j of -log softmax_j(b_i.a_j /
///   t),
/// a, b divided by their own lengths, softmax over the records of all processes, mean over those j
/// of i's patient (i itself at least). Where every patient has one record it is, divided by the
/// number of records, the source's loss; with several, the source takes the mean over all pairs at
/// once, here every record counts the same. In float32 (float64 stays) whatever autocast says;
/// every process must call it with equally many records.
at::Tensor cmsc_sum(const at::Tensor& first, const at::Tensor& second, const at::Tensor& patient,
                    double temperature, const Communicator& ranks);

}  // namespace ecg
