#include "cli/png_writer.h"

#include <cmath>
#include <cstdint>
#include <string_view>

namespace ecg::cli {
namespace {

constexpr std::size_t kAfterHeader = 8 + 25;  // signature, then length, type, 13 bytes, CRC of IHDR

void append_u32(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xFF);
}

/// CRC-32 of a chunk's type and data (PNG specification, annex D).
std::uint32_t crc32_of(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
  }
  return ~crc;
}

}  // namespace

std::string png_with_resolution(const std::string& png, double dpi) {
  const auto per_metre = static_cast<std::uint32_t>(std::lround(dpi / 0.0254));
  std::string typed = "pHYs";
  append_u32(typed, per_metre);
  append_u32(typed, per_metre);
  typed += '\1';  // the unit is the metre
  std::string chunk;
  append_u32(chunk, static_cast<std::uint32_t>(typed.size() - 4));
  chunk += typed;
  append_u32(chunk, crc32_of(typed));
  std::string out = png;
  return out.insert(kAfterHeader, chunk);
}

}  // namespace ecg::cli
