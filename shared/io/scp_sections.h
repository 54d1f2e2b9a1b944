#pragma once
// The frame of an SCP-ECG file (EN 1064): checksum, pointers and sections.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/file_set.h"
#include "core/result.h"

namespace ecg {

/// One section without its 16-byte header.
struct ScpSection {
  int id = 0;
  std::span<const std::uint8_t> data;
  std::int64_t byte_offset = 0;  ///< of `data` in the file
};

/// The sections that are not empty. Views into the bytes of the file.
struct ScpFile {
  std::vector<ScpSection> sections;
  std::vector<std::string> warnings;  ///< checksums that do not fit, pointers that are off by one

  /// nullptr if absent.
  const ScpSection* find(int id) const;
};

/// Little endian numbers of a section; 0 beyond its end.
class ScpBytes {
 public:
  explicit ScpBytes(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::size_t size() const { return bytes_.size(); }
  std::uint32_t u8(std::size_t at) const { return at < bytes_.size() ? bytes_[at] : 0; }
  std::uint32_t u16(std::size_t at) const { return u8(at) | u8(at + 1) << 8; }
  std::uint32_t u32(std::size_t at) const { return u16(at) | u16(at + 2) << 16; }
  int s16(std::size_t at) const;
  /// The bytes [at, at + count) as far as they exist.
  std::span<const std::uint8_t> part(std::size_t at, std::size_t count) const;
  /// Trimmed UTF-8 text of part(), up to the first NUL.
  std::string text(std::size_t at, std::size_t count) const;

 private:
  std::span<const std::uint8_t> bytes_;
};

/// CRC-CCITT (polynomial 0x1021, start 0xFFFF) as EN 1064 prescribes.
std::uint16_t scp_checksum(std::span<const std::uint8_t> bytes);

/// An error about a place in an SCP-ECG file.
Error scp_error(ErrorCode code, const NamedBytes& file, std::string what, std::int64_t byte_offset,
                std::string hint = "the file is damaged: export it again");

/// By the mark "SCPECG", or by a first section that points to itself.
bool recognises_scp(const NamedBytes& file);

/// Finds the sections. Errors: kTruncated (a section ends beyond the file), kBadHeader.
Result<ScpFile> parse_scp(const NamedBytes& file);

}  // namespace ecg
