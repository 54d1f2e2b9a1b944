#pragma once
// CRC-32 (ISO-HDLC, polynomial 0xEDB88320 reflected: the one of zlib and PNG).

#include <cstddef>
#include <cstdint>
#include <span>

namespace ecg {

/// CRC of `bytes` appended to what `crc` covers: crc32(b, crc32(a)) equals crc32(a then b).
std::uint32_t crc32(std::span<const std::uint8_t> bytes, std::uint32_t crc = 0);

}  // namespace ecg
