#pragma once
// What LibTorch answers to golden inputs.

#include "export/golden.h"
#include "nn/masked_autoencoder.h"

namespace ecg {

/// How many golden cases keep their token embeddings, which take the most space.
inline constexpr std::size_t kCasesWithTokens = 2;

/// A tensor of a case by its name; undefined if it has none such.
torch::Tensor tensor_of(const GoldenCase& golden, const std::string& name);

/// The other way.
GoldenTensor golden_tensor(std::string name, const torch::Tensor& tensor);

/// Row numbers of the visible tokens of one record, [1, visible]; visible: [1, tokens] of 1 and 0.
torch::Tensor visible_index(const torch::Tensor& visible);

/// Add tokens and embedding, or the reconstruction. They come from the form of training, where
/// invisible tokens are left out, so that comparing a graph with them also proves that excluding
/// keys is the same as leaving out. `keep_tokens` = false saves the space of the token embeddings.
void add_encoding(MaskedAutoencoder& model, GoldenCase& golden, bool keep_tokens);
void add_reconstruction(MaskedAutoencoder& model, GoldenCase& golden);

}  // namespace ecg
