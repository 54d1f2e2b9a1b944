#include "io/npy_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "io/sample_table.h"
#include "io/stored_numbers.h"
#include "io/text.h"

namespace ecg {
namespace {

constexpr std::string_view kMark = "\x93NUMPY";

/// The header of an array.
struct Array {
  StoredNumber number;
  bool fortran_order = false;
  std::size_t lines = 1, columns = 1;
  std::size_t data_begin = 0;
};

Error npy_error(ErrorCode code, std::string what, const NamedBytes& file, std::int64_t at,
                std::string hint = "save the array again with numpy.save") {
  return {code, std::move(what), std::move(hint), file.name, at};
}

/// What follows "'key':" in the Python dictionary, up to the next key.
std::string_view value_of(std::string_view header, std::string_view key) {
  const std::string quoted = "'" + std::string(key) + "'";
  std::size_t at = header.find(quoted);
  if (at == std::string_view::npos) return {};
  at = header.find(':', at + quoted.size());
  return at == std::string_view::npos ? std::string_view{} : trimmed(header.substr(at + 1));
}

/// "'<f4'" -> a float of 4 bytes, little endian.
bool parse_type(std::string_view text, StoredNumber& number) {
  if (text.size() < 5 || text[0] != '\'' || text[4] != '\'') return false;
  const char order = text[1], kind = text[2];
  if (order != '<' && order != '>' && order != '|' && order != '=') return false;
  if (kind != 'f' && kind != 'i' && kind != 'u') return false;
  number.big_endian = order == '>';
  number.kind = kind == 'f'
                    ? StoredNumber::Kind::kFloat
                    : (kind == 'i' ? StoredNumber::Kind::kSigned : StoredNumber::Kind::kUnsigned);
  number.bytes = static_cast<std::size_t>(text[3] - '0');
  const bool known = number.bytes == 2 || number.bytes == 4 || number.bytes == 8;
  return known || (number.bytes == 1 && kind != 'f');
}

/// "(12, 5000)" without the dimensions of length 1. False if it is no shape, or one of more than
/// two dimensions.
bool parse_shape(std::string_view text, const NamedBytes& file, Array& array) {
  const std::size_t end = text.find(')');
  if (text.empty() || text[0] != '(' || end == std::string_view::npos) return false;
  std::string_view rest = text.substr(1, end - 1);
  std::vector<std::size_t> sizes;
  while (!trimmed(rest).empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const auto size = parse_integer(trimmed(rest.substr(0, comma)));
    if (!size || *size < 0 || static_cast<std::uint64_t>(*size) > file.bytes.size()) return false;
    if (*size != 1) sizes.push_back(static_cast<std::size_t>(*size));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (sizes.size() > 2) return false;
  if (!sizes.empty()) array.lines = sizes[0];
  if (sizes.size() == 2) array.columns = sizes[1];
  return true;
}

Result<Array> parse_array(const NamedBytes& file) {
  const auto truncated = [&] {
    return npy_error(ErrorCode::kTruncated, "the file ends early", file,
                     static_cast<std::int64_t>(file.bytes.size()),
                     "the copy is incomplete: fetch the file again");
  };
  if (file.bytes.size() < 12) return truncated();
  const std::size_t length_bytes = file.bytes[6] == 1 ? 2 : 4;
  std::size_t length = 0;
  for (std::size_t i = length_bytes; i-- > 0;) length = length << 8 | file.bytes[8 + i];
  Array array;
  if (length > file.bytes.size() - 8 - length_bytes) return truncated();
  array.data_begin = 8 + length_bytes + length;
  const std::string_view header = text_of(file.bytes).substr(8 + length_bytes, length);
  if (!parse_type(value_of(header, "descr"), array.number))
    return npy_error(ErrorCode::kUnsupported, "the array holds no plain numbers", file, 10,
                     "save it as float32: numpy.save(name, array.astype('float32'))");
  array.fortran_order = value_of(header, "fortran_order").starts_with("True");
  if (!parse_shape(value_of(header, "shape"), file, array))
    return npy_error(ErrorCode::kUnsupported, "the array is no table of leads and samples", file,
                     10, "save an array of leads x samples, of one recording");
  const std::size_t room = (file.bytes.size() - array.data_begin) / array.number.bytes;
  if (array.columns > 0 && array.lines > room / array.columns) return truncated();
  return array;
}

SampleTable table_from(const Array& array, const NamedBytes& file) {
  SampleTable table;
  table.columns = array.columns;
  table.by_lines = array.lines < array.columns;
  table.values.resize(array.lines * array.columns);
  const std::span<const std::uint8_t> bytes(file.bytes);
  for (std::size_t line = 0; line < array.lines; ++line) {
    for (std::size_t column = 0; column < array.columns; ++column) {
      const std::size_t at =
          array.fortran_order ? column * array.lines + line : line * array.columns + column;
      table.values[line * array.columns + column] = stored_number(
          bytes.subspan(array.data_begin + at * array.number.bytes, array.number.bytes),
          array.number);
    }
  }
  return table;
}

}  // namespace

bool recognises_npy(const NamedBytes& file) { return text_of(file.bytes).starts_with(kMark); }

Result<Recording> read_npy(const FileSet&, const NamedBytes& file, const ReadOptions& options) {
  const auto array = parse_array(file);
  if (!array) return array.error();
  if (array->lines * array->columns == 0)
    return npy_error(ErrorCode::kInsufficientData, "the array is empty", file, 10);
  SampleTable table = table_from(*array, file);
  table.facts.info.source_format = "NumPy";
  return recording_from_table(std::move(table), options, file);
}

Result<Recording> read_npy(const FileSet& files, const NamedBytes& file) {
  return read_npy(files, file, {});
}

}  // namespace ecg
