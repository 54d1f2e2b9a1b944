#pragma once
// Golden cases: simulated inputs and what LibTorch answers, for every ONNX Runtime to be checked
// with.

#include <cstdint>
#include <string>
#include <vector>

#include "model_input/model_spec.h"

namespace ecg {

/// A tensor under the name of a graph input or output, row-major.
struct GoldenTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// Inputs, or inputs and outputs, of one record.
struct GoldenCase {
  std::string name;
  std::string description;
  std::vector<GoldenTensor> tensors;
};

/// Simulated records as `spec` wants them: all leads, missing leads, light and heavy masks, a
/// single visible token. Tensors: signal, lead_mask, token_mask. Throws Failure when a record
/// cannot be made into an input of that spec.
std::vector<GoldenCase> golden_inputs(const ModelSpec& spec);

/// The contents of golden.bin: every tensor's values, one after another, float32 little-endian.
std::string golden_bytes(const std::vector<GoldenCase>& cases);

/// The "cases" array of model.json that belongs to those bytes.
std::string golden_index_json(const std::vector<GoldenCase>& cases);

}  // namespace ecg
