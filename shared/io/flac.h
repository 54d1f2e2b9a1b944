#pragma once
// FLAC (RFC 9639) -> whole numbers, never more than the caller allows.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace ecg {

/// A decoded stream.
struct FlacSamples {
  std::uint32_t bits = 0;                           ///< per sample, as the stream states
  std::vector<std::vector<std::int32_t>> channels;  ///< equally long
  bool checksum_differs = false;                    ///< the samples are not those that were encoded
};

/// Decodes a whole stream. `file_name` names the file in errors. Errors: kBadHeader (not FLAC),
/// kTruncated, kBadValue (a damaged frame, with its sample number), kTooLarge (more than
/// `most_values` samples in all channels together; no more than that is ever kept).
Result<FlacSamples> decode_flac(std::span<const std::uint8_t> bytes, std::int64_t most_values,
                                std::string_view file_name);

}  // namespace ecg
