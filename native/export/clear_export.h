#pragma once
// CLEAR as ONNX graphs. Beats come in as pretext/beat_input.h makes them (README.md here).

#include "export/mae_export.h"
#include "nn/clear_model.h"

namespace ecg {

/// beats [1, tokens, P], beat_time [1, tokens], beat_present [1, tokens] (BeatInput::beats,
/// time_bin, present) -> tokens [1, leads + tokens, D] (the leads' CLS rows, then the beats'; 0
/// where not present), embedding [1, D]. `weights` are those of a ClearModel of this configuration;
/// throws Failure (kInconsistent) naming the first that is missing or of another shape.
OnnxModel clear_encode_graph(const ClearConfig& config, const NamedWeights& weights,
                             Precision precision, const OnnxMetadata& metadata = {});

/// The same inputs and token_mask [1, tokens] (1 = hidden) -> reconstruction [1, tokens, P], in the
/// units of `beats`: where a token is present, its shape as the decoder has it, with its own level
/// and spread if it is visible, else with the predicted ones; 0 elsewhere. write_beat_input puts
/// them back into a recording.
OnnxModel clear_reconstruct_graph(const ClearConfig& config, const NamedWeights& weights,
                                  Precision precision, const OnnxMetadata& metadata = {});

}  // namespace ecg
