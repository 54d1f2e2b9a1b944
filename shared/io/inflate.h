#pragma once
// Deflated bytes (RFC 1950, 1951) -> plain bytes, never more than the caller allows.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace ecg {

/// What surrounds the deflated data: nothing (ZIP, deflated DICOM) or a zlib header and checksum
/// (MATLAB).
enum class DeflateFraming { kRaw, kZlib };

/// Inflates the one stream that `bytes` begins with; bytes after its end are ignored.
/// `file_name` names the file in errors. Errors: kTooLarge (more than `output_limit` bytes would
/// come out; no more than that is ever allocated), kTruncated (the stream has no end), kBadValue
/// (no deflated data, or a wrong checksum).
Result<std::vector<std::uint8_t>> inflate_bytes(std::span<const std::uint8_t> bytes,
                                                DeflateFraming framing, std::size_t output_limit,
                                                std::string_view file_name);

/// The output allowed for compressed input of this size: 60 times as much, at least 1 MiB. Signals
/// reach 10 to 20 times; bombs a thousand times.
std::size_t inflate_limit(std::size_t compressed_size);

}  // namespace ecg
