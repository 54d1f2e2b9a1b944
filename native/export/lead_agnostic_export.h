#pragma once
// The lead-agnostic encoder as an ONNX graph.

#include "export/mae_export.h"
#include "nn/lead_agnostic_encoder.h"

namespace ecg {

/// signal [1, leads, samples], lead_mask [1, leads] -> tokens [1, 2 x steps, width] (first half of
/// the record, then second), embedding [1, width], as LeadAgnosticSystem::encode gives them; 0
/// where no lead is present. Leads that the model does not have cost nothing: their kernels are
/// left out. `weights` are those of a LeadAgnosticEncoder of these sizes; throws Failure
/// (kInconsistent) naming the first that is missing or of another shape.
OnnxModel lead_agnostic_encode_graph(const LeadAgnosticSizes& sizes, std::int64_t samples,
                                     const NamedWeights& weights, Precision precision,
                                     const OnnxMetadata& metadata = {});

}  // namespace ecg
