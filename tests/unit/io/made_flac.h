#pragma once
// FLAC streams of verbatim subframes made in the test.

#include <cstdint>
#include <vector>

namespace ecg::test::made_flac {

using Bytes = std::vector<std::uint8_t>;

/// Writes bits, most significant first.
class BitWriter {
 public:
  void put(std::uint32_t value, int bits) {
    for (int i = bits - 1; i >= 0; --i) {
      if (used_ == 0) bytes.push_back(0);
      bytes.back() = static_cast<std::uint8_t>(bytes.back() | ((value >> i & 1u) << (7 - used_)));
      used_ = (used_ + 1) % 8;
    }
  }
  Bytes bytes;

 private:
  int used_ = 0;
};

// Remainder of the bytes by a generator polynomial of `width` bits.
inline std::uint32_t remainder_of(const Bytes& bytes, std::uint32_t polynomial, int width) {
  std::uint32_t crc = 0;
  for (const std::uint8_t byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte) << (width - 8);
    for (int i = 0; i < 8; ++i) {
      const bool carry = crc >> (width - 1) & 1u;
      crc = (crc << 1) ^ (carry ? polynomial : 0u);
      crc &= (1u << width) - 1;
    }
  }
  return crc;
}

// One frame with the samples as they are.
inline Bytes frame(std::uint32_t number, const std::vector<std::vector<std::int32_t>>& channels,
                   int bits) {
  BitWriter out;
  out.put(0x3FFE, 14);
  out.put(0, 2);  // frames of one length
  out.put(7, 4);  // block size in 16 bits below
  out.put(0, 4);  // rate as in the stream's header
  out.put(static_cast<std::uint32_t>(channels.size()) - 1, 4);
  out.put(0, 3);  // width as in the stream's header
  out.put(0, 1);
  out.put(number, 8);
  out.put(static_cast<std::uint32_t>(channels[0].size()) - 1, 16);
  out.put(remainder_of(out.bytes, 0x07, 8), 8);
  for (const auto& channel : channels) {
    out.put(0x02, 8);  // verbatim
    for (const std::int32_t sample : channel) out.put(static_cast<std::uint32_t>(sample), bits);
  }
  const std::uint32_t crc = remainder_of(out.bytes, 0x8005, 16);
  out.put(crc, 16);
  return out.bytes;
}

inline Bytes stream(const std::vector<std::vector<std::int32_t>>& channels, int bits,
                    std::uint32_t promised, int frames = 1) {
  BitWriter out;
  for (const char c : {'f', 'L', 'a', 'C'}) out.put(static_cast<std::uint8_t>(c), 8);
  out.put(0x80, 8);  // the last and only metadata block: STREAMINFO
  out.put(34, 24);
  const auto block = static_cast<std::uint32_t>(channels[0].size());
  out.put(block, 16);
  out.put(block, 16);
  out.put(0, 24);
  out.put(0, 24);
  out.put(1000, 20);
  out.put(static_cast<std::uint32_t>(channels.size()) - 1, 3);
  out.put(static_cast<std::uint32_t>(bits) - 1, 5);
  out.put(0, 4);
  out.put(promised, 32);
  for (int i = 0; i < 4; ++i) out.put(0, 32);  // no MD5
  for (int i = 0; i < frames; ++i) {
    const Bytes more = frame(static_cast<std::uint32_t>(i), channels, bits);
    out.bytes.insert(out.bytes.end(), more.begin(), more.end());
  }
  return out.bytes;
}

inline const std::vector<std::vector<std::int32_t>> kTwo{
    {0, 1, -1, 200, -32768, 32767, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14},
    {100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115}};

}  // namespace ecg::test::made_flac
