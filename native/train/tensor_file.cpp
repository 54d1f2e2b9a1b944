#include "train/tensor_file.h"

#include <ATen/Functions.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "corpus/crc32.h"
#include "corpus/files.h"

namespace ecg {
namespace {

using Json = nlohmann::ordered_json;
using Bytes = std::span<const std::uint8_t>;

/// Header above which a file is taken for something else.
constexpr std::uint64_t kLongestHeader = 100'000'000;
constexpr const char* kCrcKey = "crc32";
constexpr std::string_view kNoCrc = "00000000";

struct TypeName {
  at::ScalarType type;
  const char* name;
};
constexpr TypeName kTypes[] = {{at::kFloat, "F32"},
                               {at::kDouble, "F64"},
                               {at::kBFloat16, "BF16"},
                               {at::kLong, "I64"},
                               {at::kByte, "U8"}};

std::string hex_of(std::uint32_t value) {
  char text[9];
  std::snprintf(text, sizeof text, "%08x", value);
  return text;
}

Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Bytes bytes_of(const at::Tensor& tensor) {
  return {static_cast<const std::uint8_t*>(tensor.data_ptr()), tensor.nbytes()};
}

// Length and header as they stand in the file, with `crc` in its place; padded to 8 bytes.
std::string header_text(Json header, std::string_view crc) {
  header["__metadata__"][kCrcKey] = crc;
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  const std::uint64_t length = text.size();
  std::string out(8, '\0');
  std::memcpy(out.data(), &length, 8);
  return out + text;
}

const char* name_of(at::ScalarType type) {
  for (const TypeName& known : kTypes) {
    if (known.type == type) return known.name;
  }
  return nullptr;
}

Error broken(ErrorCode code, std::string message, const std::filesystem::path& path,
             std::optional<std::int64_t> at = {}) {
  return {code, std::move(message), "use another checkpoint of the run", path.string(), at};
}

// The JSON header of the file, and where the values begin.
struct Opened {
  Json header;
  std::size_t values_at = 0;
};

Result<Opened> open_header(Bytes file, const std::filesystem::path& path) {
  if (file.empty()) return broken(ErrorCode::kEmptyFile, "the file is empty", path);
  std::uint64_t length = 0;
  if (file.size() >= 8) std::memcpy(&length, file.data(), 8);
  if (file.size() < 8 || length > kLongestHeader || length > file.size() - 8) {
    return broken(ErrorCode::kTruncated, "the file ends inside its header", path, 0);
  }
  Opened opened;
  opened.values_at = 8 + static_cast<std::size_t>(length);
  const char* text = reinterpret_cast<const char*>(file.data() + 8);
  opened.header = Json::parse(text, text + length, nullptr, false);
  const auto& header = opened.header;
  if (!header.is_object() || !header.contains("__metadata__") ||
      !header["__metadata__"].is_object()) {
    return broken(ErrorCode::kBadHeader, "the header is malformed", path, 8);
  }
  return opened;
}

Result<void> check_crc(const Opened& opened, Bytes file, const std::filesystem::path& path) {
  const auto& stored = opened.header["__metadata__"].value(kCrcKey, Json());
  const std::string head = header_text(opened.header, kNoCrc);
  const std::uint32_t crc = crc32(file.subspan(opened.values_at), crc32(bytes_of(head)));
  if (head.size() == opened.values_at && stored == hex_of(crc)) return {};
  return broken(ErrorCode::kBadChecksum,
                "the checksum does not match: the file is damaged or cut off", path);
}

std::optional<std::vector<std::int64_t>> integers_of(const Json& list) {
  if (!list.is_array()) return std::nullopt;
  std::vector<std::int64_t> values;
  for (const auto& item : list) {
    if (!item.is_number_integer() || item.get<std::int64_t>() < 0) return std::nullopt;
    values.push_back(item.get<std::int64_t>());
  }
  return values;
}

// A tensor from its header entry, every size checked before it is used.
std::optional<at::Tensor> tensor_of(const Json& entry, Bytes values) {
  if (!entry.is_object()) return std::nullopt;
  const auto shape = integers_of(entry.value("shape", Json()));
  const auto range = integers_of(entry.value("data_offsets", Json()));
  if (!shape || !range || range->size() != 2) return std::nullopt;
  for (const TypeName& known : kTypes) {
    if (entry.value("dtype", Json()) != known.name) continue;
    const auto room = static_cast<std::int64_t>(values.size());
    const std::int64_t begin = (*range)[0], end = (*range)[1];
    if (begin > end || end > room) return std::nullopt;
    std::int64_t count = 1;
    for (const std::int64_t size : *shape) {
      if (size > room || (size > 0 && count > room / size)) return std::nullopt;
      count *= size;
    }
    auto tensor = at::empty(*shape, at::TensorOptions(known.type));
    if (static_cast<std::int64_t>(tensor.nbytes()) != end - begin) return std::nullopt;
    if (count > 0) std::memcpy(tensor.data_ptr(), values.data() + begin, tensor.nbytes());
    return tensor;
  }
  return std::nullopt;
}

}  // namespace

Result<void> write_tensor_file(const std::filesystem::path& path, const TensorFile& content) {
  Json header;
  header["__metadata__"] = content.metadata;
  std::vector<at::Tensor> held;
  std::size_t offset = 0;
  for (const auto& [name, tensor] : content.tensors) {
    const char* type = name_of(tensor.scalar_type());
    ECG_ASSERT(type != nullptr);
    held.push_back(tensor.detach().to(at::kCPU).contiguous());
    header[name] = {{"dtype", type},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {offset, offset + held.back().nbytes()}}};
    offset += held.back().nbytes();
  }
  std::uint32_t crc = crc32(bytes_of(header_text(header, kNoCrc)));
  for (const auto& tensor : held) crc = crc32(bytes_of(tensor), crc);
  const std::string head = header_text(header, hex_of(crc));
  std::vector<Bytes> parts{bytes_of(head)};
  for (const auto& tensor : held) parts.push_back(bytes_of(tensor));
  return write_file_atomically(path, parts);
}

Result<TensorFile> read_tensor_file(const std::filesystem::path& path) {
  const auto file = read_whole_file(path);
  if (!file) return file.error();
  const auto opened = open_header(*file, path);
  if (!opened) return opened.error();
  if (auto checked = check_crc(*opened, *file, path); !checked) return checked.error();
  TensorFile content;
  for (const auto& [name, entry] : opened->header.items()) {
    if (name == "__metadata__") {
      for (const auto& [key, text] : entry.items()) {
        if (key != kCrcKey && text.is_string()) content.metadata[key] = text.get<std::string>();
      }
      continue;
    }
    auto tensor = tensor_of(entry, Bytes(*file).subspan(opened->values_at));
    if (!tensor)
      return broken(ErrorCode::kBadHeader, "tensor '" + name + "' is malformed", path, 8);
    content.tensors[name] = *std::move(tensor);
  }
  return content;
}

}  // namespace ecg
