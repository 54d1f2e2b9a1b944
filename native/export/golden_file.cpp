#include <nlohmann/json.hpp>

#include "export/golden.h"
#include "export/onnx_writer.h"

namespace ecg {

std::string golden_bytes(const std::vector<GoldenCase>& cases) {
  std::string bytes;
  for (const GoldenCase& golden : cases) {
    for (const GoldenTensor& tensor : golden.tensors) bytes += raw_bytes(tensor.values);
  }
  return bytes;
}

std::string golden_index_json(const std::vector<GoldenCase>& cases) {
  using Json = nlohmann::ordered_json;
  Json index = Json::array();
  std::size_t offset = 0;
  for (const GoldenCase& golden : cases) {
    Json tensors = Json::object();
    for (const GoldenTensor& tensor : golden.tensors) {
      tensors[tensor.name] = {{"offset", offset}, {"shape", tensor.shape}};
      offset += tensor.values.size() * sizeof(float);
    }
    index.push_back(
        {{"name", golden.name}, {"description", golden.description}, {"tensors", tensors}});
  }
  return index.dump();
}

}  // namespace ecg
