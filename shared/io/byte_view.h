#pragma once
// Numbers and texts in little endian binary formats, safe to ask for at any place.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace ecg {

/// Little endian numbers of some bytes; 0 beyond their end.
class ByteView {
 public:
  explicit ByteView(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

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

/// CRC-CCITT (polynomial 0x1021, start 0xFFFF) as EN 1064 (SCP-ECG) and ISHNE prescribe.
std::uint16_t crc16_ccitt(std::span<const std::uint8_t> bytes);

}  // namespace ecg
