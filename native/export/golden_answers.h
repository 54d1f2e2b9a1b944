#pragma once
// What LibTorch answers to golden inputs.

#include "export/golden.h"
#include "nn/masked_autoencoder.h"

namespace ecg {

/// A tensor of a case by its name; undefined if it has none such.
torch::Tensor tensor_of(const GoldenCase& golden, const std::string& name);

/// The other way.
GoldenTensor golden_tensor(std::string name, const torch::Tensor& tensor);

/// Adds tokens, embedding and reconstruction. They come from the form of training, where invisible
/// tokens are left out, so that comparing a graph with them also proves that excluding keys is the
/// same as leaving out. `keep_tokens` = false saves the space of the token embeddings.
void add_answers(MaskedAutoencoder& model, GoldenCase& golden, bool keep_tokens);

}  // namespace ecg
