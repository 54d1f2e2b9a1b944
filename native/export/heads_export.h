#pragma once
// Linear heads at the end of an encode graph.

#include <string>
#include <vector>

#include "export/golden.h"
#include "export/onnx_writer.h"
#include "nn/linear_head.h"

namespace ecg {

/// Adds one output [1, labels] per head to a graph that has the head's input [1, width] as an
/// output: sigmoid(weight * input + bias), in float32 whatever the precision of the graph. Throws
/// Failure (kInconsistent) if there is no such output, or one of another width.
void add_heads(OnnxModel& graph, const std::vector<LinearHead>& heads);

/// The same for a golden case that holds what the heads read.
void add_head_answers(GoldenCase& golden, const std::vector<LinearHead>& heads);

}  // namespace ecg
