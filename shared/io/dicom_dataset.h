#pragma once
// The data elements of a DICOM file (PS3.5 and PS3.10): a tree of views into the file's bytes.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/file_set.h"
#include "core/result.h"

namespace ecg {

struct DicomElement;

/// The elements of a data set or sequence item, in file order.
struct DicomDataset {
  std::vector<DicomElement> elements;
  bool big_endian = false;

  /// The element of that tag (group << 16 | element); nullptr if absent.
  const DicomElement* find(std::uint32_t tag) const;
  /// Trimmed UTF-8 text; empty if absent.
  std::string text(std::uint32_t tag) const;
  /// First value of a decimal string (DS, IS); nullopt if absent or malformed.
  std::optional<double> number(std::uint32_t tag) const;
  /// First binary unsigned value of 2 (US) or 4 bytes (UL); nullopt if absent.
  std::optional<std::uint32_t> unsigned_number(std::uint32_t tag) const;
  /// Binary unsigned value `index` of an element of such values of `size` (2 or 4) bytes.
  std::optional<std::uint32_t> unsigned_at(std::uint32_t tag, std::size_t index,
                                           std::size_t size) const;
  /// Items of a sequence; empty if absent.
  std::span<const DicomDataset> items(std::uint32_t tag) const;
  /// First item of a sequence; nullptr if absent.
  const DicomDataset* item(std::uint32_t tag) const;
};

/// One element: bytes, or items where it is a sequence.
struct DicomElement {
  std::uint32_t tag = 0;
  std::span<const std::uint8_t> value;
  std::vector<DicomDataset> items;
  std::int64_t byte_offset = 0;  ///< of the value
};

/// A parsed file. Views point into the bytes of the file given to parse_dicom, or into
/// `inflated`: move it, do not copy it.
struct DicomFile {
  DicomDataset dataset;
  std::string transfer_syntax;
  NamedBytes inflated;  ///< what a deflated file holds; empty for others
};

/// True if the bytes are a DICOM file, with or without the 128-byte preamble.
bool recognises_dicom(const NamedBytes& file);

/// Parses explicit and implicit VR little endian and explicit VR big endian files, and
/// deflated ones. Errors: kTruncated (an element ends beyond the file), kBadHeader, kUnsupported
/// (another transfer syntax, named), those of inflate_bytes.
Result<DicomFile> parse_dicom(const NamedBytes& file);

}  // namespace ecg
