#pragma once
// wav2vec 2.0's objective (Baevski et al. 2020): what the context says of a hidden step is to be
// nearer to that step's quantised features than to those of other hidden steps of the same record.

#include <ATen/core/Tensor.h>

namespace ecg {

/// Hidden steps of a batch, K per record.
struct W2vSteps {
  at::Tensor context;    ///< [batch, K, D]: from the transformer, which saw the steps hidden
  at::Tensor targets;    ///< [batch, K, D]: quantised and projected features of the steps
  at::Tensor codes;      ///< [batch, K, books] int64 of the targets; equal codes = equal targets
  at::Tensor negatives;  ///< [batch, K, N] int64: per step N others, as numbers in [0, K)
};

/// Sum over all steps of -log( exp(s_t / temperature) / sum over t and its negatives of
/// exp(s / temperature) ), s = cosine of the step's context and a target. A negative with the codes
/// of the step itself is left out; a step without any other counts 0. In float32 (float64 stays)
/// whatever autocast says.
at::Tensor w2v_contrast_sum(const W2vSteps& steps, double temperature);

/// Share of steps whose own target has the highest cosine among itself and its negatives, no
/// gradient.
double w2v_accuracy(const W2vSteps& steps);

/// Sum over vectors of the softmax of their logits, [books, codes], from logits [..., books,
/// codes].
at::Tensor code_probability_sum(const at::Tensor& logits);

/// (G V - sum over books of exp(H(p))) / (G V) for mean probabilities p [G, V]: 0 when all codes
/// are used equally, near 1 when one is. H in nats, of p + 1e-7 as in the source.
at::Tensor diversity_loss(const at::Tensor& mean_probabilities);

}  // namespace ecg
