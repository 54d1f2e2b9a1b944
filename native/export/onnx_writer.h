#pragma once
// ONNX models as bytes: the few protobuf messages of onnx.proto that a static graph needs.

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ecg {

/// Operator set and file format version that every model here declares.
inline constexpr std::int64_t kOnnxOpset = 20;
inline constexpr std::int64_t kOnnxIrVersion = 9;

/// TensorProto.DataType, as far as it is used.
enum class OnnxType : std::int32_t {
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kInt32 = 6,
  kInt64 = 7,
  kBool = 9,
  kFloat16 = 10,
};

/// A constant: values row-major, little-endian.
struct OnnxTensor {
  std::string name;
  OnnxType type = OnnxType::kFloat;
  std::vector<std::int64_t> shape;  ///< empty = scalar
  std::string raw;                  ///< product(shape) x size of `type` bytes
};

/// An input or output of the graph.
struct OnnxValue {
  std::string name;
  OnnxType type = OnnxType::kFloat;
  std::vector<std::int64_t> shape;
};

/// A setting of a node: an integer, a number or a list of integers.
struct OnnxAttribute {
  std::string name;
  std::variant<std::int64_t, float, std::vector<std::int64_t>> value;
};

/// One operation of the standard domain.
struct OnnxNode {
  std::string type;  ///< operator, e.g. "MatMul"
  std::string name;
  std::vector<std::string> inputs;  ///< names of values; empty = optional input left out
  std::vector<std::string> outputs;
  std::vector<OnnxAttribute> attributes;
};

/// A whole model. Nodes stand in an order in which every value is made before it is used.
struct OnnxModel {
  std::string name;
  std::vector<OnnxNode> nodes;
  std::vector<OnnxTensor> constants;
  std::vector<OnnxValue> inputs, outputs;
  std::vector<std::pair<std::string, std::string>>
      metadata;  ///< metadata_props, for people and tools
};

/// The serialised ModelProto: the contents of an .onnx file.
std::string bytes_from_onnx(const OnnxModel& model);

/// Raw bytes of values as OnnxTensor wants them.
std::string raw_bytes(const std::vector<float>& values);
std::string raw_bytes(const std::vector<std::int64_t>& values);
std::string raw_bytes(const std::vector<std::int8_t>& values);
std::string raw_bytes(const std::vector<std::uint16_t>& values);

}  // namespace ecg
