#include "corpus/text_vectors.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include "corpus/files.h"
#include "corpus/report_text.h"

namespace ecg {
namespace {

Error refused(ErrorCode code, std::string what) {
  return {code, std::move(what), "save it with numpy.save(file, vectors.astype('<f4'))", "", {}};
}

// What follows `key` in the header's dictionary, from its value on.
std::string_view value_of(std::string_view header, std::string_view key) {
  const std::size_t at = header.find(key);
  if (at == std::string_view::npos) return {};
  std::string_view rest = header.substr(at + key.size());
  while (!rest.empty() && (rest[0] == ' ' || rest[0] == ':')) rest.remove_prefix(1);
  return rest;
}

bool take_number(std::string_view& text, std::size_t& number) {
  while (!text.empty() && (text[0] == ' ' || text[0] == ',' || text[0] == '(')) {
    text.remove_prefix(1);
  }
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  return true;
}

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

// Fills rows and columns from the header's dictionary.
Result<void> read_header(std::string_view header, NpyMatrix& matrix) {
  if (!starts_with(value_of(header, "'descr'"), "'<f4'")) {
    return refused(ErrorCode::kUnsupported, "does not hold little-endian float32 numbers");
  }
  if (!starts_with(value_of(header, "'fortran_order'"), "False")) {
    return refused(ErrorCode::kUnsupported, "is not in C order");
  }
  std::string_view shape = value_of(header, "'shape'");
  const bool matrix_shape = take_number(shape, matrix.rows) && take_number(shape, matrix.columns) &&
                            starts_with(shape, ")") && matrix.columns > 0;
  if (!matrix_shape) return refused(ErrorCode::kBadHeader, "is not a matrix");
  return {};
}

// Place of the numbers, 0 if the file is no .npy.
std::size_t data_begin(std::span<const std::uint8_t> bytes) {
  constexpr std::uint8_t kMagic[] = {0x93, 'N', 'U', 'M', 'P', 'Y'};
  if (bytes.size() < 12 || std::memcmp(bytes.data(), kMagic, sizeof kMagic) != 0) return 0;
  const bool wide = bytes[6] >= 2;
  std::size_t length = bytes[8] | static_cast<std::size_t>(bytes[9]) << 8;
  if (wide) {
    length |= static_cast<std::size_t>(bytes[10]) << 16 | static_cast<std::size_t>(bytes[11]) << 24;
  }
  const std::size_t begin = (wide ? 12 : 10) + length;
  return bytes[6] >= 1 && bytes[6] <= 3 && begin <= bytes.size() ? begin : 0;
}

std::vector<std::string> lines_of(std::span<const std::uint8_t> bytes) {
  std::vector<std::string> lines;
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(plain_words(text.substr(0, end)));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

}  // namespace

Result<NpyMatrix> npy_matrix_from_bytes(std::span<const std::uint8_t> bytes) {
  const std::size_t begin = data_begin(bytes);
  if (begin == 0) return refused(ErrorCode::kBadHeader, "is not a NumPy file");
  NpyMatrix matrix;
  const std::string_view header(reinterpret_cast<const char*>(bytes.data()), begin);
  if (auto read = read_header(header, matrix); !read) return read.error();
  const std::size_t held = (bytes.size() - begin) / sizeof(float);
  if (matrix.rows > held / matrix.columns) {
    return refused(ErrorCode::kTruncated, "holds fewer numbers than its header says");
  }
  matrix.values.resize(matrix.rows * matrix.columns);
  if (!matrix.values.empty()) {
    std::memcpy(matrix.values.data(), bytes.data() + begin, matrix.values.size() * sizeof(float));
  }
  for (const float value : matrix.values) {
    if (!std::isfinite(value)) return refused(ErrorCode::kBadValue, "holds a number not finite");
  }
  return matrix;
}

Result<TextVectors> TextVectors::read(const std::filesystem::path& base) {
  const std::string npy = base.string() + ".npy", txt = base.string() + ".txt";
  const auto table = read_whole_file(npy);
  if (!table) return table.error();
  const auto texts = read_whole_file(txt);
  if (!texts) return texts.error();
  auto matrix = npy_matrix_from_bytes(*table);
  if (!matrix) {
    Error error = matrix.error();
    error.file = npy;
    return error;
  }
  const auto lines = lines_of(*texts);
  if (lines.size() != matrix->rows) {
    return Error{ErrorCode::kInconsistent,
                 std::to_string(matrix->rows) + " vectors, but " + std::to_string(lines.size()) +
                     " texts in " + txt,
                 "write one text per line, line breaks within texts as spaces",
                 npy,
                 {}};
  }
  TextVectors out;
  out.width_ = matrix->columns;
  out.values_ = std::move(matrix->values);
  for (std::size_t i = 0; i < lines.size(); ++i) out.row_of_.emplace(lines[i], i);
  return out;
}

std::span<const float> TextVectors::find(std::string_view text) const {
  const auto found = row_of_.find(plain_words(text));
  if (found == row_of_.end()) return {};
  return std::span(values_).subspan(found->second * width_, width_);
}

}  // namespace ecg
