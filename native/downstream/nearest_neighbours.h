#pragma once
// k nearest neighbours: what features tell without any training.

#include <ATen/core/Tensor.h>

namespace ecg {

/// Share of positives among the k training records most alike by cosine, weighted by exp(cosine /
/// 0.07) as Wu et al. 2018 do: [queries, classes] float64. train [records, features], labels
/// [records, classes], queries [queries, features]; k is cut to the number of records.
at::Tensor neighbour_probabilities(const at::Tensor& train, const at::Tensor& labels,
                                   const at::Tensor& queries, std::int64_t k);

}  // namespace ecg
