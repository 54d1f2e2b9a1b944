#include "export/onnx_graph.h"

#include <cmath>

#include "core/assert.h"
#include "export/quantise.h"

namespace ecg {
namespace {

// LibTorch's weight [outputs, inputs] as the right-hand matrix [inputs, outputs] of MatMul.
std::vector<float> transposed(const LinearWeights& weights) {
  ECG_ASSERT(weights.weight.size() == static_cast<std::size_t>(weights.inputs * weights.outputs));
  std::vector<float> result(weights.weight.size());
  for (std::int64_t out = 0; out < weights.outputs; ++out) {
    for (std::int64_t in = 0; in < weights.inputs; ++in) {
      result[static_cast<std::size_t>(in * weights.outputs + out)] =
          weights.weight[static_cast<std::size_t>(out * weights.inputs + in)];
    }
  }
  return result;
}

std::vector<std::uint16_t> halves_from(const std::vector<float>& values) {
  std::vector<std::uint16_t> halves;
  halves.reserve(values.size());
  for (const float value : values) halves.push_back(half_from_float(value));
  return halves;
}

OnnxAttribute to_type(OnnxType type) { return {"to", static_cast<std::int64_t>(type)}; }

}  // namespace

GraphBuilder::GraphBuilder(std::string graph_name, Precision precision) : precision_(precision) {
  model_.name = std::move(graph_name);
}

std::string GraphBuilder::fresh_name(std::string_view stem) {
  std::string name = scope_;
  if (!name.empty()) name += '/';
  name += stem;
  return name + '_' + std::to_string(names_++);
}

Value GraphBuilder::input(std::string name, std::vector<std::int64_t> shape) {
  model_.inputs.push_back({name, OnnxType::kFloat, std::move(shape)});
  return name;
}

void GraphBuilder::output(const Value& value, std::string name, std::vector<std::int64_t> shape) {
  model_.nodes.push_back({"Identity", fresh_name("output"), {value}, {name}, {}});
  model_.outputs.push_back({std::move(name), OnnxType::kFloat, std::move(shape)});
}

void GraphBuilder::metadata(std::string key, std::string text) {
  model_.metadata.emplace_back(std::move(key), std::move(text));
}

Value GraphBuilder::add_constant(OnnxType type, std::vector<std::int64_t> shape, std::string raw,
                                 std::string_view stem) {
  std::string name = fresh_name(stem);
  model_.constants.push_back({name, type, std::move(shape), std::move(raw)});
  return name;
}

Value GraphBuilder::constant(std::vector<float> values, std::vector<std::int64_t> shape) {
  return add_constant(OnnxType::kFloat, std::move(shape), raw_bytes(values), "constant");
}

Value GraphBuilder::integers(std::vector<std::int64_t> values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return add_constant(OnnxType::kInt64, {count}, raw_bytes(values), "integers");
}

std::vector<Value> GraphBuilder::node_with_outputs(std::string type, std::vector<Value> inputs,
                                                   std::size_t outputs,
                                                   std::vector<OnnxAttribute> attributes) {
  const std::string name = fresh_name(type);
  std::vector<Value> names;
  for (std::size_t i = 0; i < outputs; ++i) names.push_back(name + ':' + std::to_string(i));
  model_.nodes.push_back({std::move(type), name, std::move(inputs), names, std::move(attributes)});
  return names;
}

Value GraphBuilder::node(std::string type, std::vector<Value> inputs,
                         std::vector<OnnxAttribute> attributes) {
  return node_with_outputs(std::move(type), std::move(inputs), 1, std::move(attributes)).front();
}

Value GraphBuilder::reshape(const Value& x, std::vector<std::int64_t> shape) {
  return node("Reshape", {x, integers(std::move(shape))});
}

Value GraphBuilder::transpose(const Value& x, std::vector<std::int64_t> order) {
  return node("Transpose", {x}, {{"perm", std::move(order)}});
}

Value GraphBuilder::where(const Value& condition, const Value& when_true, const Value& when_false) {
  return node("Where", {condition, when_true, when_false});
}

Value GraphBuilder::is_set(const Value& mask) { return node("Greater", {mask, constant(0.5F)}); }

Value GraphBuilder::integer_product(const Value& x, const std::vector<float>& matrix,
                                    std::int64_t rows, std::int64_t columns) {
  const QuantisedMatrix quantised = quantise_columns(matrix, rows, columns);
  const Value levels =
      add_constant(OnnxType::kInt8, {rows, columns}, raw_bytes(quantised.levels), "weight_int8");
  const Value scale = constant(quantised.scale, {columns});
  const std::vector<Value> activation = node_with_outputs("DynamicQuantizeLinear", {x}, 3);
  const Value sums = node("MatMulInteger", {activation[0], levels, activation[2]});
  const Value unit = node("Mul", {activation[1], scale});
  return node("Mul", {node("Cast", {sums}, {to_type(OnnxType::kFloat)}), unit});
}

Value GraphBuilder::matrix_product(const Value& x, const std::vector<float>& matrix,
                                   std::int64_t rows, std::int64_t columns, Precision precision) {
  if (precision == Precision::kInt8) return integer_product(x, matrix, rows, columns);
  if (precision == Precision::kFloat32)
    return node("MatMul", {x, constant(matrix, {rows, columns})});
  const Value halves = add_constant(OnnxType::kFloat16, {rows, columns},
                                    raw_bytes(halves_from(matrix)), "weight_half");
  return node("MatMul", {x, node("Cast", {halves}, {to_type(OnnxType::kFloat)})});
}

Value GraphBuilder::linear(const Value& x, const LinearWeights& weights) {
  const Value product =
      matrix_product(x, transposed(weights), weights.inputs, weights.outputs, precision_);
  return node("Add", {product, constant(weights.bias, {weights.outputs})});
}

Value GraphBuilder::linear_exact(const Value& x, const LinearWeights& weights) {
  const Value product =
      matrix_product(x, transposed(weights), weights.inputs, weights.outputs, Precision::kFloat32);
  return node("Add", {product, constant(weights.bias, {weights.outputs})});
}

Value GraphBuilder::layer_norm(const Value& x, const NormWeights& weights, double epsilon) {
  const auto width = static_cast<std::int64_t>(weights.weight.size());
  return node("LayerNormalization",
              {x, constant(weights.weight, {width}), constant(weights.bias, {width})},
              {{"axis", std::int64_t{-1}}, {"epsilon", static_cast<float>(epsilon)}});
}

Value GraphBuilder::convolution(const Value& x, const ConvolutionWeights& weights,
                                std::int64_t stride, std::int64_t padding) {
  std::vector<Value> inputs = {
      x, constant(weights.weight, {weights.outputs, weights.inputs, weights.kernel})};
  if (!weights.bias.empty()) inputs.push_back(constant(weights.bias, {weights.outputs}));
  return node("Conv", std::move(inputs),
              {{"kernel_shape", std::vector{weights.kernel}},
               {"strides", std::vector{stride}},
               {"pads", std::vector{padding, padding}},
               {"group", weights.groups}});
}

Value GraphBuilder::group_norm(const Value& x, const NormWeights& weights, std::int64_t groups,
                               const std::vector<std::int64_t>& shape, double epsilon) {
  // As a layer norm over what a group holds: one operator that every back-end has.
  const std::int64_t held = shape[1] / groups * shape[2];
  const auto size = static_cast<std::size_t>(held);
  const Value grouped = reshape(x, {shape[0], groups, held});
  const Value normed =
      layer_norm(grouped, {std::vector<float>(size, 1), std::vector<float>(size, 0)}, epsilon);
  const Value scale = constant(weights.weight, {1, shape[1], 1});
  const Value shift = constant(weights.bias, {1, shape[1], 1});
  return node("Add", {node("Mul", {reshape(normed, shape), scale}), shift});
}

Value GraphBuilder::attention(const Value& qkv, const Value& key_bias, std::int64_t tokens,
                              std::int64_t width, std::int64_t heads,
                              std::int64_t batch) {
  const std::int64_t head_width = width / heads;
  const std::vector<std::int64_t> by_head = {batch, tokens, heads, head_width};
  const std::vector<Value> parts = node_with_outputs(
      "Split", {qkv, integers({width, width, width})}, 3, {{"axis", std::int64_t{-1}}});
  const Value q = transpose(reshape(parts[0], by_head), {0, 2, 1, 3});
  const Value k = transpose(reshape(parts[1], by_head), {0, 2, 3, 1});
  const Value v = transpose(reshape(parts[2], by_head), {0, 2, 1, 3});
  const Value scale =
      constant(static_cast<float>(1.0 / std::sqrt(static_cast<double>(head_width))));
  Value logits = node("MatMul", {node("Mul", {q, scale}), k});
  if (!key_bias.empty()) logits = node("Add", {logits, key_bias});
  const Value weights = node("Softmax", {logits}, {{"axis", std::int64_t{-1}}});
  const Value mixed = transpose(node("MatMul", {weights, v}), {0, 2, 1, 3});
  return reshape(mixed, {batch, tokens, width});
}

}  // namespace ecg
