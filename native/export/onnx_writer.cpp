#include "export/onnx_writer.h"

#include <bit>
#include <protozero/pbf_builder.hpp>
#include <type_traits>

namespace ecg {
namespace {

// Field numbers of onnx.proto.
enum class ModelField : protozero::pbf_tag_type {
  kIrVersion = 1,
  kProducer = 2,
  kGraph = 7,
  kOpsetImport = 8,
  kMetadata = 14
};
enum class OpsetField : protozero::pbf_tag_type { kDomain = 1, kVersion = 2 };
enum class EntryField : protozero::pbf_tag_type { kKey = 1, kValue = 2 };
enum class GraphField : protozero::pbf_tag_type {
  kNode = 1,
  kName = 2,
  kInitializer = 5,
  kInput = 11,
  kOutput = 12
};
enum class NodeField : protozero::pbf_tag_type {
  kInput = 1,
  kOutput = 2,
  kName = 3,
  kType = 4,
  kAttribute = 5
};
enum class AttributeField : protozero::pbf_tag_type {
  kName = 1,
  kFloat = 2,
  kInt = 3,
  kInts = 8,
  kType = 20
};
enum class TensorField : protozero::pbf_tag_type { kDims = 1, kType = 2, kName = 8, kRaw = 9 };
enum class ValueField : protozero::pbf_tag_type { kName = 1, kType = 2 };
enum class TypeField : protozero::pbf_tag_type { kTensor = 1 };
enum class TensorTypeField : protozero::pbf_tag_type { kElement = 1, kShape = 2 };
enum class ShapeField : protozero::pbf_tag_type { kDimension = 1 };
enum class DimensionField : protozero::pbf_tag_type { kValue = 1 };

// AttributeProto.AttributeType.
enum class AttributeType : std::int32_t { kFloat = 1, kInt = 2, kInts = 7 };

template <typename Field>
using Builder = protozero::pbf_builder<Field>;

void write_kind(Builder<AttributeField>& message, std::int64_t value) {
  message.add_int64(AttributeField::kInt, value);
  message.add_enum(AttributeField::kType, static_cast<std::int32_t>(AttributeType::kInt));
}

void write_kind(Builder<AttributeField>& message, float value) {
  message.add_float(AttributeField::kFloat, value);
  message.add_enum(AttributeField::kType, static_cast<std::int32_t>(AttributeType::kFloat));
}

void write_kind(Builder<AttributeField>& message, const std::vector<std::int64_t>& values) {
  for (const std::int64_t value : values) message.add_int64(AttributeField::kInts, value);
  message.add_enum(AttributeField::kType, static_cast<std::int32_t>(AttributeType::kInts));
}

void write_node(Builder<GraphField>& graph, const OnnxNode& node) {
  Builder<NodeField> message(graph, GraphField::kNode);
  for (const auto& input : node.inputs) message.add_string(NodeField::kInput, input);
  for (const auto& output : node.outputs) message.add_string(NodeField::kOutput, output);
  message.add_string(NodeField::kName, node.name);
  message.add_string(NodeField::kType, node.type);
  for (const OnnxAttribute& attribute : node.attributes) {
    Builder<AttributeField> entry(message, NodeField::kAttribute);
    entry.add_string(AttributeField::kName, attribute.name);
    std::visit([&entry](const auto& value) { write_kind(entry, value); }, attribute.value);
  }
}

void write_tensor(Builder<GraphField>& graph, const OnnxTensor& tensor) {
  Builder<TensorField> message(graph, GraphField::kInitializer);
  for (const std::int64_t size : tensor.shape) message.add_int64(TensorField::kDims, size);
  message.add_int32(TensorField::kType, static_cast<std::int32_t>(tensor.type));
  message.add_string(TensorField::kName, tensor.name);
  message.add_bytes(TensorField::kRaw, tensor.raw);
}

void write_value(Builder<GraphField>& graph, GraphField field, const OnnxValue& value) {
  Builder<ValueField> message(graph, field);
  message.add_string(ValueField::kName, value.name);
  Builder<TypeField> type(message, ValueField::kType);
  Builder<TensorTypeField> tensor(type, TypeField::kTensor);
  tensor.add_int32(TensorTypeField::kElement, static_cast<std::int32_t>(value.type));
  Builder<ShapeField> shape(tensor, TensorTypeField::kShape);
  for (const std::int64_t size : value.shape) {
    Builder<DimensionField> dimension(shape, ShapeField::kDimension);
    dimension.add_int64(DimensionField::kValue, size);
  }
}

template <typename T>
std::string little_endian_bytes(const std::vector<T>& values) {
  static_assert(std::endian::native == std::endian::little, "ONNX raw data is little-endian");
  static_assert(std::is_trivially_copyable_v<T>);
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

}  // namespace

std::string bytes_from_onnx(const OnnxModel& model) {
  std::string bytes;
  Builder<ModelField> message(bytes);
  message.add_int64(ModelField::kIrVersion, kOnnxIrVersion);
  message.add_string(ModelField::kProducer, "einthoven-train");
  {
    Builder<GraphField> graph(message, ModelField::kGraph);
    for (const OnnxNode& node : model.nodes) write_node(graph, node);
    graph.add_string(GraphField::kName, model.name);
    for (const OnnxTensor& tensor : model.constants) write_tensor(graph, tensor);
    for (const OnnxValue& value : model.inputs) write_value(graph, GraphField::kInput, value);
    for (const OnnxValue& value : model.outputs) write_value(graph, GraphField::kOutput, value);
  }
  {
    Builder<OpsetField> opset(message, ModelField::kOpsetImport);
    opset.add_string(OpsetField::kDomain, "");
    opset.add_int64(OpsetField::kVersion, kOnnxOpset);
  }
  for (const auto& [key, value] : model.metadata) {
    Builder<EntryField> entry(message, ModelField::kMetadata);
    entry.add_string(EntryField::kKey, key);
    entry.add_string(EntryField::kValue, value);
  }
  return bytes;
}

std::string raw_bytes(const std::vector<float>& values) { return little_endian_bytes(values); }
std::string raw_bytes(const std::vector<std::int64_t>& values) {
  return little_endian_bytes(values);
}
std::string raw_bytes(const std::vector<std::int8_t>& values) {
  return little_endian_bytes(values);
}
std::string raw_bytes(const std::vector<std::uint16_t>& values) {
  return little_endian_bytes(values);
}

}  // namespace ecg
