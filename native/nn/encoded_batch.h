#pragma once
// What an encoder gives for a batch of records.

#include <ATen/core/Tensor.h>

namespace ecg {

/// Embeddings of tokens and of whole records.
struct EncodedBatch {
  at::Tensor tokens;     ///< [batch, tokens, width]; rows of absent leads are 0
  at::Tensor embedding;  ///< [batch, width]; 0 for a record of which nothing is present
};

}  // namespace ecg
