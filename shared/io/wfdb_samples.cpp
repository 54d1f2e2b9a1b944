#include "io/wfdb_samples.h"

#include <cstring>

#include "core/assert.h"
#include "io/stored_numbers.h"

namespace ecg {
namespace {

using Bytes = std::span<const std::uint8_t>;
using Counts = std::span<std::int32_t>;

/// The low `bits` of `value` as a two's complement number.
constexpr std::int32_t sign_extended(std::uint32_t value, int bits) {
  const std::uint32_t sign = 1u << (bits - 1);
  const std::uint32_t low = value & ((sign << 1) - 1);
  return static_cast<std::int32_t>((low ^ sign) - sign);
}

/// Up to four bytes from `at`, least significant first; bytes beyond the end count as 0.
std::uint32_t little_endian(Bytes bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  if (at + 4 <= bytes.size()) {
    std::memcpy(&value, bytes.data() + at, 4);
    return count < 4 ? value & ((1u << 8 * count) - 1) : value;
  }
  for (std::size_t i = 0; i < count && at + i < bytes.size(); ++i) {
    value |= static_cast<std::uint32_t>(bytes[at + i]) << (8 * i);
  }
  return value;
}

/// Which samples of a file: each `step` behind the last.
struct Which {
  std::size_t first, step;
  std::size_t operator[](std::size_t i) const { return first + i * step; }
};

/// Formats that give each sample bytes of its own.
void decode_integers(Bytes bytes, Which which, StoredNumber how, Counts counts) {
  if (counts.empty()) return;
  stored_integers(bytes.subspan(which.first * how.bytes), how, which.step * how.bytes, counts);
}

/// 8: signed differences, one byte each.
void decode_8(Bytes bytes, Which which, Counts counts) {
  decode_integers(bytes, which, {StoredNumber::Kind::kSigned, 1, false}, counts);
}

/// 80: one byte, offset binary.
void decode_80(Bytes bytes, Which which, Counts counts) {
  decode_integers(bytes, which, {StoredNumber::Kind::kUnsigned, 1, false}, counts);
  for (std::int32_t& count : counts) count -= 128;
}

/// 16: two bytes, least significant first.
void decode_16(Bytes bytes, Which which, Counts counts) {
  decode_integers(bytes, which, {StoredNumber::Kind::kSigned, 2, false}, counts);
}

/// 61: two bytes, most significant first.
void decode_61(Bytes bytes, Which which, Counts counts) {
  decode_integers(bytes, which, {StoredNumber::Kind::kSigned, 2, true}, counts);
}

/// 160: two bytes, least significant first, offset binary.
void decode_160(Bytes bytes, Which which, Counts counts) {
  decode_integers(bytes, which, {StoredNumber::Kind::kUnsigned, 2, false}, counts);
  for (std::int32_t& count : counts) count -= 32768;
}

/// 24: three bytes, least significant first.
void decode_24(Bytes bytes, Which which, Counts counts) {
  decode_integers(bytes, which, {StoredNumber::Kind::kSigned, 3, false}, counts);
}

/// 32: four bytes, least significant first.
void decode_32(Bytes bytes, Which which, Counts counts) {
  decode_integers(bytes, which, {StoredNumber::Kind::kSigned, 4, false}, counts);
}

/// 212: two 12-bit samples in three bytes; the middle byte holds the high nibbles, the first one's
/// low.
std::int32_t first_of_212(std::uint32_t pair) { return sign_extended(pair, 12); }
std::int32_t second_of_212(std::uint32_t pair) {
  return sign_extended(pair >> 16 | (pair >> 4 & 0xF00u), 12);
}

void decode_212(Bytes bytes, Which which, Counts counts) {
  const bool second = which.first % 2 == 1;
  std::size_t i = 0;
  if (which.step % 2 == 0 && counts.size() > 1) {  // the same of each pair; the last may be cut
    i = counts.size() - 1;
    const Counts pairs = counts.first(i);
    stored_integers(bytes.subspan(which.first / 2 * 3), {StoredNumber::Kind::kUnsigned, 3, false},
                    which.step / 2 * 3, pairs);
    for (std::int32_t& count : pairs) {
      const auto pair = static_cast<std::uint32_t>(count);
      count = second ? second_of_212(pair) : first_of_212(pair);
    }
  }
  if (which.step == 1 && !second) {
    const std::uint8_t* from = bytes.data() + which.first / 2 * 3;
    for (; i + 1 < counts.size(); i += 2, from += 3) {
      counts[i] = first_of_212(from[0] | static_cast<std::uint32_t>(from[1]) << 8);
      counts[i + 1] = sign_extended(from[2] | (from[1] & 0xF0u) << 4, 12);
    }
  }
  for (; i < counts.size(); ++i) {
    const std::uint32_t pair = little_endian(bytes, which[i] / 2 * 3, 3);
    counts[i] = which[i] % 2 == 1 ? second_of_212(pair) : first_of_212(pair);
  }
}

/// 310: three 10-bit samples in two 16-bit words: bits 1-10 of each, and bits 11-15 of both.
void decode_310(Bytes bytes, Which which, Counts counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::size_t at = which[i] / 3 * 4;
    const std::uint32_t first = little_endian(bytes, at, 2);
    const std::uint32_t second = little_endian(bytes, at + 2, 2);
    const std::uint32_t parts[3] = {first >> 1, second >> 1, (first >> 11) | (second >> 11) << 5};
    counts[i] = sign_extended(parts[which[i] % 3], 10);
  }
}

/// 311: three 10-bit samples in a 32-bit word, the first in the lowest bits.
void decode_311(Bytes bytes, Which which, Counts counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::uint32_t word = little_endian(bytes, which[i] / 3 * 4, 4);
    counts[i] = sign_extended(word >> (10 * (which[i] % 3)), 10);
  }
}

std::vector<std::uint8_t> encode_16(std::span<const std::int32_t> counts) {
  std::vector<std::uint8_t> bytes(2 * counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto bits = static_cast<std::uint32_t>(counts[i]);
    bytes[2 * i] = static_cast<std::uint8_t>(bits & 0xFF);
    bytes[2 * i + 1] = static_cast<std::uint8_t>(bits >> 8 & 0xFF);
  }
  return bytes;
}

/// Of an odd number of samples the last one takes two bytes.
std::vector<std::uint8_t> encode_212(std::span<const std::int32_t> counts) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(counts.size() / 2 * 3 + 2);
  for (std::size_t i = 0; i < counts.size(); i += 2) {
    const bool is_pair = i + 1 < counts.size();
    const auto first = static_cast<std::uint32_t>(counts[i]);
    const auto second = is_pair ? static_cast<std::uint32_t>(counts[i + 1]) : 0u;
    bytes.push_back(static_cast<std::uint8_t>(first & 0xFF));
    bytes.push_back(static_cast<std::uint8_t>((first >> 8 & 0x0F) | (second >> 4 & 0xF0)));
    if (is_pair) bytes.push_back(static_cast<std::uint8_t>(second & 0xFF));
  }
  return bytes;
}

/// How a format packs: groups of `samples` in `bytes`, and what a cut group still holds.
struct Format {
  int number;
  std::int64_t samples;
  std::int64_t bytes;
  std::int64_t cut[4];  ///< samples in an incomplete group of 0, 1, 2, 3 bytes
  int bits;
  void (*decode)(Bytes, Which, Counts);
};

constexpr Format kFormats[] = {
    {8, 1, 1, {0, 0, 0, 0}, 8, decode_8},      {16, 1, 2, {0, 0, 0, 0}, 16, decode_16},
    {24, 1, 3, {0, 0, 0, 0}, 24, decode_24},   {32, 1, 4, {0, 0, 0, 0}, 32, decode_32},
    {61, 1, 2, {0, 0, 0, 0}, 16, decode_61},   {80, 1, 1, {0, 0, 0, 0}, 8, decode_80},
    {160, 1, 2, {0, 0, 0, 0}, 16, decode_160}, {212, 2, 3, {0, 0, 1, 0}, 12, decode_212},
    {310, 3, 4, {0, 0, 1, 1}, 10, decode_310}, {311, 3, 4, {0, 0, 1, 2}, 10, decode_311},
};

const Format* find_format(int number) {
  for (const Format& format : kFormats) {
    if (format.number == number) return &format;
  }
  return nullptr;
}

}  // namespace

bool is_wfdb_format_supported(int format) { return find_format(format) != nullptr; }

std::int64_t wfdb_sample_capacity(int format, std::int64_t byte_count) {
  const Format* known = find_format(format);
  ECG_ASSERT(known != nullptr && byte_count >= 0);
  return byte_count / known->bytes * known->samples + known->cut[byte_count % known->bytes];
}

std::int64_t wfdb_byte_of_sample(int format, std::int64_t sample) {
  const Format* known = find_format(format);
  ECG_ASSERT(known != nullptr && sample >= 0 && sample % 6 == 0);
  return sample / known->samples * known->bytes;
}

int wfdb_count_bits(int format) {
  const Format* known = find_format(format);
  return known == nullptr || format == 8 ? 32 : known->bits;
}

std::optional<std::int32_t> wfdb_missing_count(int format) {
  // FLAC of 8, 16 and 24 bits keeps the mark of its width.
  if (format == 508 || format == 516 || format == 524) return -(1 << (format - 501));
  const Format* known = find_format(format);
  if (known == nullptr || format == 8) return std::nullopt;
  return sign_extended(1u << (known->bits - 1), known->bits);
}

void decode_wfdb_samples(int format, std::span<const std::uint8_t> bytes, std::size_t first,
                         std::size_t step, std::span<std::int32_t> counts) {
  const Format* known = find_format(format);
  ECG_ASSERT(known != nullptr && step >= 1);
  if (counts.empty()) return;
  ECG_ASSERT(wfdb_sample_capacity(format, static_cast<std::int64_t>(bytes.size())) >
             static_cast<std::int64_t>(first + (counts.size() - 1) * step));
  known->decode(bytes, {first, step}, counts);
}

std::vector<std::uint8_t> encode_wfdb_samples(int format, std::span<const std::int32_t> counts) {
  ECG_ASSERT(format == 16 || format == 212);
  return format == 212 ? encode_212(counts) : encode_16(counts);
}

}  // namespace ecg
