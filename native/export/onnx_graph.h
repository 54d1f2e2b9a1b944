#pragma once
// Builds an ONNX graph step by step: named values in, named values out.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "export/onnx_writer.h"

namespace ecg {

/// How the matrices of linear layers are stored and multiplied. Everything else is float32.
enum class Precision : std::uint8_t {
  kFloat32,  ///< the reference
  kFloat16,  ///< half-precision matrices, widened once when a session starts; float32 arithmetic
  kInt8,     ///< 8-bit matrices and activations, 32-bit sums (quantise.h)
};

/// A value of the graph, known by its name.
using Value = std::string;

/// Text that travels inside an .onnx file (metadata_props): name, version, lead order, ...
using OnnxMetadata = std::vector<std::pair<std::string, std::string>>;

/// y = x W^T + b as LibTorch stores it: weight [outputs, inputs] row-major, bias [outputs].
struct LinearWeights {
  std::vector<float> weight, bias;
  std::int64_t inputs = 0, outputs = 0;
};

/// Scale and shift of a layer normalisation over the last axis.
struct NormWeights {
  std::vector<float> weight, bias;
};

/// A convolution over samples as LibTorch stores it: weight [outputs, inputs, kernel] row-major,
/// bias [outputs] or empty.
struct ConvolutionWeights {
  std::vector<float> weight, bias;
  std::int64_t outputs = 0, inputs = 0, kernel = 0;
  std::int64_t groups = 1;  ///< of channels; `inputs` counts those of one group
};

/// Grows an OnnxModel. Nodes and constants are named after the current scope ("encoder.blocks.0").
class GraphBuilder {
 public:
  GraphBuilder(std::string graph_name, Precision precision);

  Value input(std::string name, std::vector<std::int64_t> shape);

  /// Gives `value` the public name `name`.
  void output(const Value& value, std::string name, std::vector<std::int64_t> shape);

  void metadata(std::string key, std::string text);

  Value constant(std::vector<float> values, std::vector<std::int64_t> shape);
  Value constant(float scalar) { return constant(std::vector<float>{scalar}, {}); }
  Value integers(std::vector<std::int64_t> values);

  /// A node with one output, and that output.
  Value node(std::string type, std::vector<Value> inputs,
             std::vector<OnnxAttribute> attributes = {});

  /// A node with several outputs.
  std::vector<Value> node_with_outputs(std::string type, std::vector<Value> inputs,
                                       std::size_t outputs,
                                       std::vector<OnnxAttribute> attributes = {});

  Value reshape(const Value& x, std::vector<std::int64_t> shape);
  Value transpose(const Value& x, std::vector<std::int64_t> order);

  /// Where(condition, when_true, when_false).
  Value where(const Value& condition, const Value& when_true, const Value& when_false);

  /// x > 0.5, for masks that travel as float32.
  Value is_set(const Value& mask);

  /// x [..., inputs] -> [..., outputs] in the builder's precision.
  Value linear(const Value& x, const LinearWeights& weights);

  /// The same in float32 whatever the precision: for layers that touch millivolts.
  Value linear_exact(const Value& x, const LinearWeights& weights);

  Value layer_norm(const Value& x, const NormWeights& weights, double epsilon);

  /// x [batch, inputs, samples] -> [batch, outputs, samples'] with `padding` zeros at both ends, in
  /// float32 whatever the precision.
  Value convolution(const Value& x, const ConvolutionWeights& weights, std::int64_t stride,
                    std::int64_t padding);

  /// Group normalisation of x, whose shape [batch, channels, samples] is given: mean and deviation
  /// over the channels of a group and all samples, scale and shift per channel.
  Value group_norm(const Value& x, const NormWeights& weights, std::int64_t groups,
                   const std::vector<std::int64_t>& shape, double epsilon);

  /// Multi-head attention written out. qkv: [1, tokens, 3 width] as q, k, v one after another;
  /// key_bias: [1, 1, 1, tokens] added to the logits, or empty. Returns [1, tokens, width]; with
  /// `batch` records, first axis everywhere `batch` instead of 1.
  Value attention(const Value& qkv, const Value& key_bias, std::int64_t tokens, std::int64_t width,
                  std::int64_t heads, std::int64_t batch = 1);

  /// Names of what follows begin with `name`.
  void scope(std::string_view name) { scope_ = name; }

  Precision precision() const { return precision_; }
  const OnnxModel& model() const { return model_; }

 private:
  std::string fresh_name(std::string_view stem);
  Value add_constant(OnnxType type, std::vector<std::int64_t> shape, std::string raw,
                     std::string_view stem);
  Value matrix_product(const Value& x, const std::vector<float>& matrix, std::int64_t rows,
                       std::int64_t columns, Precision precision);
  Value integer_product(const Value& x, const std::vector<float>& matrix, std::int64_t rows,
                        std::int64_t columns);

  OnnxModel model_;
  Precision precision_;
  std::string scope_;
  std::int64_t names_ = 0;
};

}  // namespace ecg
