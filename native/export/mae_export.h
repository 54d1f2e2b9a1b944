#pragma once
// The masked autoencoder as ONNX graphs (README.md here: inputs, outputs, what hidden means).

#include "export/named_weights.h"
#include "export/onnx_graph.h"
#include "nn/mae_config.h"

namespace ecg {

/// signal [1, leads, samples], lead_mask [1, leads] -> tokens [1, tokens, width] (rows of absent
/// leads are 0), embedding [1, width]. `weights` are those of a MaskedAutoencoder of this
/// configuration; throws Failure (kInconsistent) naming the first that is missing or of another
/// shape. With `shared_width` above 0 the weights are those of a CgDmerSystem and there is a third
/// output: shared [1, shared_width], of length 1, which is compared with vectors of texts.
OnnxModel encode_graph(const MaeConfig& config, const NamedWeights& weights, Precision precision,
                       const OnnxMetadata& metadata = {}, std::int64_t shared_width = 0);

/// signal, lead_mask, token_mask [1, tokens] (1 = hidden) -> reconstruction [1, leads, samples] in
/// the units of `signal`. As encode_graph; with `shared_width` the decoder is told the shared and
/// the specific vector of what is visible.
OnnxModel reconstruct_graph(const MaeConfig& config, const NamedWeights& weights,
                            Precision precision, const OnnxMetadata& metadata = {},
                            std::int64_t shared_width = 0);

}  // namespace ecg
