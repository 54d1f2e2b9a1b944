#pragma once
// The variables of a MATLAB 5 file (.mat, versions 5 to 7.2).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/file_set.h"
#include "core/result.h"
#include "io/stored_numbers.h"

namespace ecg {

/// One array. Numbers are views into the file or into MatFile::inflated.
struct MatArray {
  enum class Kind : std::uint8_t { kNumbers, kText, kOther };
  std::string path;  ///< "val", "ECG.data", "names{2}"
  Kind kind = Kind::kOther;
  std::size_t rows = 0, columns = 0;      ///< further dimensions are multiplied into the columns
  std::span<const std::uint8_t> bytes{};  ///< column after column
  StoredNumber number;                    ///< how one element is stored

  /// Precondition: kind is not kOther, row < rows, column < columns.
  double at(std::size_t row, std::size_t column) const;
  /// The rows of a text, each without surrounding blanks.
  std::vector<std::string> texts() const;
};

/// All arrays of a file; those inside structs and cells follow their parent with a longer path.
struct MatFile {
  std::vector<MatArray> arrays;
  std::vector<std::vector<std::uint8_t>> inflated;  ///< what compressed variables hold
};

/// By the text and marks of the header.
bool recognises_mat5(const NamedBytes& file);

/// Lists the arrays; elements of struct arrays beyond the first are passed over. Errors:
/// kTruncated, kBadHeader, kBadValue (compressed data), kTooLarge (compressed bombs, deep nesting).
Result<MatFile> parse_mat_file(const NamedBytes& file);

}  // namespace ecg
