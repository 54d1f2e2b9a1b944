#pragma once
// Vectors of texts made elsewhere, by a pretrained language model: a NumPy table and its texts.

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace ecg {

/// A table of float32 vectors by text.
class TextVectors {
 public:
  /// Reads BASE.npy (float32, [texts, width], C order) and BASE.txt (a text per line, as many).
  /// Texts are known by their words (plain_words); of equal ones the first counts. Errors:
  /// kMissingFile, kBadHeader, kUnsupported (another type or order), kTruncated, kInconsistent
  /// (numbers of rows and lines), kBadValue (a number that is not finite).
  static Result<TextVectors> read(const std::filesystem::path& base);

  std::size_t width() const { return width_; }
  std::size_t size() const { return row_of_.size(); }

  /// The vector of a text; empty if the table does not know it.
  std::span<const float> find(std::string_view text) const;

 private:
  std::size_t width_ = 0;
  std::vector<float> values_;
  std::map<std::string, std::size_t, std::less<>> row_of_;
};

/// A matrix of a .npy file (format 1, 2 or 3; little-endian float32; C order).
struct NpyMatrix {
  std::size_t rows = 0, columns = 0;
  std::vector<float> values;
};

/// Reads the bytes of a .npy file. Errors as TextVectors::read has them.
Result<NpyMatrix> npy_matrix_from_bytes(std::span<const std::uint8_t> bytes);

}  // namespace ecg
