#pragma once
// Data elements of DICOM (PS3.5) in explicit VR little endian, as bytes.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ecg {

/// Elements one after the other. Add them in the order of their tags, as PS3.5 demands.
class DicomElements {
 public:
  /// A text of one value: control characters and '\' (which separates values) become blanks, and
  /// what is longer than `most` bytes is cut off, never inside a UTF-8 character.
  void text(std::uint32_t tag, std::string_view vr, std::string_view value, std::size_t most = 64);
  /// A decimal string (DS): at most 16 characters.
  void decimal(std::uint32_t tag, double value);
  void unsigned_short(std::uint32_t tag, std::initializer_list<std::uint32_t> values);
  void unsigned_long(std::uint32_t tag, std::uint32_t value);
  /// Other bytes (OB) or words (OW).
  void other(std::uint32_t tag, std::string_view vr, std::span<const std::uint8_t> value);
  /// A sequence (SQ) of items of defined length.
  void sequence(std::uint32_t tag, const std::vector<DicomElements>& items);
  /// A sequence of one item that names a concept: code, coding scheme and meaning.
  void code(std::uint32_t tag, std::string_view value, std::string_view scheme,
            std::string_view meaning);

  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  void head(std::uint32_t tag, std::string_view vr, std::size_t size);
  void number(std::uint32_t value, int size);

  std::vector<std::uint8_t> bytes_;
};

/// A unique identifier below 2.25 that depends on nothing but the content: the same recording gets
/// the same one again, another recording another one. `purpose` tells the identifiers of one
/// content apart.
std::string dicom_uid(std::span<const std::uint8_t> content, std::string_view purpose);

}  // namespace ecg
