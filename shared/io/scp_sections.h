#pragma once
// The frame of an SCP-ECG file (EN 1064): checksum, pointers and sections.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/file_set.h"
#include "core/result.h"
#include "io/byte_view.h"

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

/// An error about a place in an SCP-ECG file.
Error scp_error(ErrorCode code, const NamedBytes& file, std::string what, std::int64_t byte_offset,
                std::string hint = "the file is damaged: export it again");

/// By the mark "SCPECG", or by a first section that points to itself.
bool recognises_scp(const NamedBytes& file);

/// Finds the sections. Errors: kTruncated (a section ends beyond the file), kBadHeader.
Result<ScpFile> parse_scp(const NamedBytes& file);

}  // namespace ecg
