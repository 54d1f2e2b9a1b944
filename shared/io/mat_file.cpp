#include "io/mat_file.h"

#include <algorithm>
#include <utility>

#include "io/inflate.h"
#include "io/text.h"

namespace ecg {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kHeader = 128;
constexpr std::size_t kMostArrays = 100000;
constexpr int kDeepest = 8;

enum DataType : std::uint32_t { kMatrix = 14, kCompressed = 15 };
enum ArrayClass : std::uint32_t {
  kCell = 1,
  kStruct = 2,
  kObject = 3,
  kChar = 4,
  kDouble = 6,
  kUint64 = 15
};

/// One tagged piece of a file.
struct Element {
  std::uint32_t type = 0;
  Bytes data;
  std::size_t next = 0;  ///< where the following element begins
};

struct Reader {
  const NamedBytes& file;
  MatFile& out;
  bool big_endian = false;

  std::uint32_t u32(Bytes bytes, std::size_t at) const {
    const StoredNumber how{StoredNumber::Kind::kUnsigned, 4, big_endian};
    return static_cast<std::uint32_t>(stored_number(bytes.subspan(at), how));
  }
};

Error mat_error(ErrorCode code, std::string what, const NamedBytes& file,
                std::string hint = "save it again in MATLAB with save(name, '-v7')") {
  return {code, std::move(what), std::move(hint), file.name, std::nullopt};
}

Result<Element> element_at(const Reader& in, Bytes bytes, std::size_t at) {
  const auto truncated = [&] {
    return mat_error(ErrorCode::kTruncated, "the file ends inside a variable", in.file,
                     "the copy is incomplete: fetch the file again");
  };
  if (at > bytes.size() || bytes.size() - at < 8) return truncated();
  Element element;
  const std::uint32_t first = in.u32(bytes, at);
  if (const std::uint32_t small = first >> 16; small != 0) {  // up to 4 bytes inside the tag
    if (small > 4) return mat_error(ErrorCode::kBadHeader, "a variable has a broken tag", in.file);
    return Element{first & 0xFFFF, bytes.subspan(at + 4, small), at + 8};
  }
  const std::size_t size = in.u32(bytes, at + 4);
  if (size > bytes.size() - at - 8) return truncated();
  // Elements begin at multiples of 8, but behind compressed ones.
  const std::size_t padding = first == kCompressed ? 0 : (8 - size % 8) % 8;
  element = {first, bytes.subspan(at + 8, size), std::min(at + 8 + size + padding, bytes.size())};
  return element;
}

/// Storage of numbers and characters; 0 bytes for types that hold neither.
StoredNumber number_of_type(std::uint32_t type, bool big_endian) {
  using Kind = StoredNumber::Kind;
  switch (type) {
    case 1:
      return {Kind::kSigned, 1, big_endian};
    case 2:
    case 16:
      return {Kind::kUnsigned, 1, big_endian};
    case 3:
      return {Kind::kSigned, 2, big_endian};
    case 4:
    case 17:
      return {Kind::kUnsigned, 2, big_endian};
    case 5:
      return {Kind::kSigned, 4, big_endian};
    case 6:
    case 18:
      return {Kind::kUnsigned, 4, big_endian};
    case 7:
      return {Kind::kFloat, 4, big_endian};
    case 9:
      return {Kind::kFloat, 8, big_endian};
    case 12:
      return {Kind::kSigned, 8, big_endian};
    case 13:
      return {Kind::kUnsigned, 8, big_endian};
    default:
      return {Kind::kUnsigned, 0, big_endian};
  }
}

/// Rows, and all other dimensions multiplied.
Result<void> take_dimensions(const Reader& in, Bytes data, MatArray& array) {
  if (data.size() < 8 || data.size() % 4 != 0 || data.size() > 128)
    return mat_error(ErrorCode::kBadHeader, "a variable has no dimensions", in.file);
  array.rows = in.u32(data, 0);
  std::uint64_t columns = 1;
  for (std::size_t at = 4; at < data.size(); at += 4) {
    columns *= in.u32(data, at);
    if (columns > 0xFFFFFFFFu)
      return mat_error(ErrorCode::kTooLarge, "a variable has impossible dimensions", in.file);
  }
  array.columns = static_cast<std::size_t>(columns);
  if (array.rows == 0 || array.columns == 0) array.rows = array.columns = 0;
  return {};
}

Result<void> read_matrix(Reader& in, Bytes data, const std::string& path, int depth);

/// Adds the arrays inside a cell, or the fields of the first element of a struct.
Result<void> read_inside(Reader& in, Bytes data, std::size_t at,
                         const std::vector<std::string>& names, int depth) {
  for (std::size_t i = 0; i < names.size() && at < data.size(); ++i) {
    const auto inner = element_at(in, data, at);
    if (!inner) return inner.error();
    if (inner->type != kMatrix)
      return mat_error(ErrorCode::kBadHeader, names[i] + " is no array", in.file);
    if (auto read = read_matrix(in, inner->data, names[i], depth + 1); !read) return read.error();
    at = inner->next;
  }
  return {};
}

Result<void> read_struct(Reader& in, Bytes data, std::size_t at, const std::string& path,
                         int depth) {
  const auto length = element_at(in, data, at);
  if (!length) return length.error();
  const auto list = element_at(in, data, length->next);
  if (!list) return list.error();
  const std::size_t width = length->data.size() < 4 ? 0 : in.u32(length->data, 0);
  if (width == 0 || width > 256)
    return mat_error(ErrorCode::kBadHeader, path + " has fields without names", in.file);
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin + width <= list->data.size(); begin += width) {
    const std::string_view name(reinterpret_cast<const char*>(list->data.data()) + begin, width);
    names.push_back(path + '.' + utf8_from_bytes(name.substr(0, name.find('\0'))));
  }
  return read_inside(in, data, list->next, names, depth);
}

Result<void> read_numbers(Reader& in, Bytes data, std::size_t at, bool is_text, MatArray array) {
  const auto stored = element_at(in, data, at);
  if (!stored) return stored.error();
  array.number = number_of_type(stored->type, in.big_endian);
  if (array.number.bytes == 0)
    return mat_error(ErrorCode::kBadHeader, array.path + " is stored in an unknown way", in.file);
  const std::uint64_t count = static_cast<std::uint64_t>(array.rows) * array.columns;
  // Texts in UTF-8 may be shorter or longer than their dimensions say.
  if (is_text && array.number.bytes == 1) {
    array.columns = array.rows == 1 ? stored->data.size() : array.columns;
  }
  if (count > stored->data.size() / array.number.bytes && !(is_text && array.rows == 1))
    return mat_error(ErrorCode::kTruncated, array.path + " holds fewer numbers than it states",
                     in.file, "the copy is incomplete: fetch the file again");
  if (is_text && array.rows == 1)
    array.columns = std::min(array.columns, stored->data.size() / array.number.bytes);
  array.bytes = stored->data;
  array.kind = is_text ? MatArray::Kind::kText : MatArray::Kind::kNumbers;
  in.out.arrays.push_back(std::move(array));
  return {};
}

Result<void> read_matrix(Reader& in, Bytes data, const std::string& path, int depth) {
  if (depth > kDeepest || in.out.arrays.size() >= kMostArrays)
    return mat_error(ErrorCode::kTooLarge, "the variables are nested too deeply", in.file);
  if (data.empty()) return {};  // how an empty cell is stored
  const auto flags = element_at(in, data, 0);
  if (!flags) return flags.error();
  const auto dimensions = element_at(in, data, flags->next);
  if (!dimensions) return dimensions.error();
  const auto name = element_at(in, data, dimensions->next);
  if (!name) return name.error();
  if (flags->data.size() < 4)
    return mat_error(ErrorCode::kBadHeader, "a variable has no class", in.file);
  const std::uint32_t word = in.u32(flags->data, 0), kind = word & 0xFF;
  const bool complex = (word & 0x0800) != 0;
  const std::string_view text(reinterpret_cast<const char*>(name->data.data()), name->data.size());
  MatArray array;
  array.path = path.empty() ? utf8_from_bytes(trimmed(text)) : path;
  if (auto taken = take_dimensions(in, dimensions->data, array); !taken) return taken.error();
  if (kind == kChar) return read_numbers(in, data, name->next, true, std::move(array));
  if (kind >= kDouble && kind <= kUint64 && !complex)
    return read_numbers(in, data, name->next, false, std::move(array));
  const std::string own = array.path;
  const std::uint64_t cells = static_cast<std::uint64_t>(array.rows) * array.columns;
  in.out.arrays.push_back(std::move(array));
  if (kind == kStruct) return read_struct(in, data, name->next, own, depth);
  if (kind != kCell) return {};
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min<std::uint64_t>(cells, data.size() / 8); ++i)
    names.push_back(own + '{' + std::to_string(i + 1) + '}');
  return read_inside(in, data, name->next, names, depth);
}

/// Reads one variable; a compressed one from what comes out of it.
Result<void> read_variable(Reader& in, const Element& element, std::size_t& budget) {
  if (element.type == kMatrix) return read_matrix(in, element.data, {}, 0);
  if (element.type != kCompressed) return {};
  auto plain = inflate_bytes(element.data, DeflateFraming::kZlib, budget, in.file.name);
  if (!plain) return plain.error();
  budget -= plain->size();
  in.out.inflated.push_back(std::move(*plain));
  const auto inner = element_at(in, in.out.inflated.back(), 0);
  if (!inner) return inner.error();
  return inner->type == kMatrix ? read_matrix(in, inner->data, {}, 0) : Result<void>();
}

}  // namespace

double MatArray::at(std::size_t row, std::size_t column) const {
  return stored_number(bytes.subspan((column * rows + row) * number.bytes, number.bytes), number);
}

std::vector<std::string> MatArray::texts() const {
  std::vector<std::string> list;
  for (std::size_t row = 0; row < rows; ++row) {
    std::string text;
    for (std::size_t column = 0; column < columns; ++column) {
      const double code = at(row, column);
      text += code >= 0 && code < 256 ? static_cast<char>(static_cast<unsigned char>(code)) : '?';
    }
    list.push_back(utf8_from_bytes(trimmed(text)));
  }
  return list;
}

bool recognises_mat5(const NamedBytes& file) {
  const std::string_view text = text_of(file.bytes);
  return text.size() >= kHeader && text.starts_with("MATLAB 5.0") &&
         (text.substr(126, 2) == "IM" || text.substr(126, 2) == "MI");
}

Result<MatFile> parse_mat_file(const NamedBytes& file) {
  if (!recognises_mat5(file))
    return mat_error(ErrorCode::kBadHeader, "the header is none of a MATLAB 5 file", file);
  MatFile out;
  Reader in{file, out, text_of(file.bytes).substr(126, 2) == "MI"};
  std::size_t budget = inflate_limit(file.bytes.size());
  const Bytes bytes(file.bytes);
  for (std::size_t at = kHeader; at < bytes.size();) {
    const auto element = element_at(in, bytes, at);
    if (!element) return element.error();
    if (auto read = read_variable(in, *element, budget); !read) return read.error();
    at = element->next;
  }
  return out;
}

}  // namespace ecg
