#pragma once
// Initial weights from counters alone, each drawn under its own name: the same on every platform.

#include <torch/nn/module.h>

#include <cstdint>

namespace ecg {

class MaskedAutoencoderImpl;

/// Xavier-uniform matrices (and convolutions), small normal embeddings, positions and tokens
/// (parameters whose name ends so), 1 for weights of norms, 0 for biases.
void initialise_randomly(torch::nn::Module& module, std::uint64_t seed);

/// The weights that initialise.cpp describes.
void initialise_weights(MaskedAutoencoderImpl& model, std::uint64_t seed);

}  // namespace ecg
