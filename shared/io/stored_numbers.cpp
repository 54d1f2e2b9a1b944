#include "io/stored_numbers.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/assert.h"
#include "core/bit_cast.h"

namespace ecg {
namespace {

double half_float(std::uint32_t bits) {
  const int exponent = static_cast<int>(bits >> 10 & 0x1F);
  const double fraction = bits & 0x3FF;
  double value =
      exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  if (exponent == 31) value = fraction == 0 ? HUGE_VAL : std::nan("");
  return (bits & 0x8000) != 0 ? -value : value;
}

/// What turns four bytes, the first of them lowest, into the number that the first ones store.
struct NumberOfWord {
  std::uint32_t mask, sign;
  unsigned unused;  ///< bits of the word that do not belong to the number

  template <bool big_endian>
  std::int32_t operator()(std::uint32_t word) const {
    if constexpr (big_endian) {
      word = (word << 24 | (word << 8 & 0xFF0000u) | (word >> 8 & 0xFF00u) | word >> 24) >> unused;
    }
    return static_cast<std::int32_t>(((word & mask) ^ sign) - sign);
  }
};

/// Numbers that a `Word` holds, each `stride` bytes behind the last. Word and stride are known
/// while compiling where a loop then becomes a few vector instructions.
template <typename Word, bool big_endian>
void read_words(const std::uint8_t* bytes, std::size_t stride, NumberOfWord number,
                std::span<std::int32_t> numbers) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    Word word;
    std::memcpy(&word, bytes + i * stride, sizeof word);
    numbers[i] = number.operator()<big_endian>(word);
  }
}

template <bool big_endian>
void read_integers(std::span<const std::uint8_t> bytes, std::size_t size, std::size_t stride,
                   NumberOfWord number, std::span<std::int32_t> numbers) {
  const std::uint8_t* from = bytes.data();
  if (size == 1 && stride == 1)
    return read_words<std::uint8_t, big_endian>(from, 1, number, numbers);
  if (size == 2 && stride == 2)
    return read_words<std::uint16_t, big_endian>(from, 2, number, numbers);
  // Four bytes are read for each, as far as there are four.
  const std::size_t whole = bytes.size() < 4 ? 0 : (bytes.size() - 4) / stride + 1;
  const auto most = numbers.first(std::min(whole, numbers.size()));
  if (stride == 4) {
    read_words<std::uint32_t, big_endian>(from, 4, number, most);
  } else {
    read_words<std::uint32_t, big_endian>(from, stride, number, most);
  }
  for (std::size_t i = most.size(); i < numbers.size(); ++i) {
    std::uint32_t word = 0;
    std::memcpy(&word, from + i * stride, size);
    numbers[i] = number.operator()<big_endian>(word);
  }
}

}  // namespace

void stored_integers(std::span<const std::uint8_t> bytes, StoredNumber how, std::size_t stride,
                     std::span<std::int32_t> numbers) {
  static_assert(std::endian::native == std::endian::little);
  ECG_ASSERT(how.kind != StoredNumber::Kind::kFloat && how.bytes >= 1 && how.bytes <= 4);
  ECG_ASSERT(stride >= 1);
  if (numbers.empty()) return;
  ECG_ASSERT(bytes.size() >= how.bytes &&
             (bytes.size() - how.bytes) / stride >= numbers.size() - 1);
  const auto unused = static_cast<unsigned>(32 - 8 * how.bytes);
  const bool is_signed = how.kind == StoredNumber::Kind::kSigned;
  const NumberOfWord number{0xFFFFFFFFu >> unused, is_signed ? 0x80000000u >> unused : 0u, unused};
  if (how.big_endian) {
    read_integers<true>(bytes, how.bytes, stride, number, numbers);
  } else {
    read_integers<false>(bytes, how.bytes, stride, number, numbers);
  }
}

double stored_number(std::span<const std::uint8_t> bytes, StoredNumber how) {
  ECG_ASSERT(bytes.size() >= how.bytes);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < how.bytes; ++i)
    bits = bits << 8 | bytes[how.big_endian ? i : how.bytes - 1 - i];
  switch (how.kind) {
    case StoredNumber::Kind::kUnsigned:
      return static_cast<double>(bits);
    case StoredNumber::Kind::kSigned: {
      const auto unused = static_cast<unsigned>(64 - 8 * how.bytes);
      return static_cast<double>(static_cast<std::int64_t>(bits << unused) >> unused);
    }
    case StoredNumber::Kind::kFloat:
      break;
  }
  if (how.bytes == 8) return bit_cast<double>(bits);
  if (how.bytes == 2) return half_float(static_cast<std::uint32_t>(bits));
  return static_cast<double>(bit_cast<float>(static_cast<std::uint32_t>(bits)));
}

}  // namespace ecg
