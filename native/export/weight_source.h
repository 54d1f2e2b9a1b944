#pragma once
// Weights for graphs: looked up by name, their shapes checked.

#include <cstdint>
#include <string>
#include <vector>

#include "export/named_weights.h"
#include "export/onnx_graph.h"

namespace ecg {

/// `weights` must outlive it. Throws Failure (kInconsistent) naming a weight that is missing or of
/// another shape.
class WeightSource {
 public:
  explicit WeightSource(const NamedWeights& weights) : weights_(weights) {}

  const std::vector<float>& get(const std::string& name,
                                const std::vector<std::int64_t>& shape) const;

  /// name.weight [outputs, inputs] and name.bias [outputs].
  LinearWeights linear(const std::string& name, std::int64_t inputs, std::int64_t outputs) const;

  /// name.weight [outputs, inputs, kernel] and name.bias [outputs].
  ConvolutionWeights convolution(const std::string& name, std::int64_t outputs, std::int64_t inputs,
                                 std::int64_t kernel) const;

  /// name.weight and name.bias [width].
  NormWeights norm(const std::string& name, std::int64_t width) const;

 private:
  const NamedWeights& weights_;
};

}  // namespace ecg
