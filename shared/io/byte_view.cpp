#include "io/byte_view.h"

#include <algorithm>

#include "io/text.h"

namespace ecg {

int ByteView::s16(std::size_t at) const {
  const int value = static_cast<int>(u16(at));
  return value >= 0x8000 ? value - 0x10000 : value;
}

std::span<const std::uint8_t> ByteView::part(std::size_t at, std::size_t count) const {
  at = std::min(at, bytes_.size());
  return bytes_.subspan(at, std::min(count, bytes_.size() - at));
}

std::string ByteView::text(std::size_t at, std::size_t count) const {
  const auto bytes = part(at, count);
  const std::string_view whole(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return utf8_from_bytes(trimmed(whole.substr(0, whole.find('\0'))));
}

std::uint16_t crc16_ccitt(std::span<const std::uint8_t> bytes) {
  std::uint32_t sum = 0xFFFF;
  for (const std::uint8_t byte : bytes) {  // the polynomial's sparse form, a byte at a time
    sum = (sum >> 8 | sum << 8) & 0xFFFF;
    sum ^= byte;
    sum ^= (sum & 0xFF) >> 4;
    sum ^= sum << 12 & 0xFFFF;
    sum ^= (sum & 0xFF) << 5;
  }
  return static_cast<std::uint16_t>(sum);
}

}  // namespace ecg
