#include "corpus/crc32.h"

#include <array>

namespace ecg {
namespace {

using Table = std::array<std::array<std::uint32_t, 256>, 8>;

// table[k][b]: effect of byte b followed by k zero bytes, so that eight bytes go in one step.
constexpr Table make_table() {
  Table table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? 0xEDB88320u : 0);
    table[0][byte] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = table[k - 1][byte];
      table[k][byte] = (before >> 8) ^ table[0][before & 0xff];
    }
  }
  return table;
}

constexpr Table kTable = make_table();

std::uint32_t eight_bytes(const std::uint8_t* p, std::uint32_t crc) {
  std::uint32_t next = 0;
  for (std::size_t i = 0; i < 4; ++i) next ^= kTable[7 - i][p[i] ^ ((crc >> (8 * i)) & 0xff)];
  for (std::size_t i = 4; i < 8; ++i) next ^= kTable[7 - i][p[i]];
  return next;
}

}  // namespace

std::uint32_t crc32(std::span<const std::uint8_t> bytes, std::uint32_t crc) {
  crc = ~crc;
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) crc = eight_bytes(bytes.data() + i, crc);
  for (; i < bytes.size(); ++i) crc = (crc >> 8) ^ kTable[0][(crc ^ bytes[i]) & 0xff];
  return ~crc;
}

}  // namespace ecg
