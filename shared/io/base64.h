#pragma once
// Base64 (RFC 4648) as XML files carry their samples in it.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ecg {

/// The bytes of a base64 text; blanks and line ends between its characters are skipped.
/// nullopt if another character stands in it, something follows the padding, or the last group is
/// incomplete.
std::optional<std::vector<std::uint8_t>> bytes_from_base64(std::string_view text);

/// The base64 text of bytes, padded, without line ends.
std::string base64_from_bytes(std::span<const std::uint8_t> bytes);

}  // namespace ecg
