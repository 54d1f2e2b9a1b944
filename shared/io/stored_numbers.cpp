#include "io/stored_numbers.h"

#include <cmath>

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

/// Integers of `size` bytes. The size and order are known while compiling, so that the loop
/// becomes a few vector instructions.
template <std::size_t size, bool big_endian, bool is_signed>
void read_integers(const std::uint8_t* bytes, std::span<std::int32_t> numbers) {
  constexpr unsigned kUnused = 8 * (4 - size);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < size; ++k) {
      const auto byte = static_cast<std::uint32_t>(bytes[i * size + k]);
      bits |= byte << 8 * (big_endian ? size - 1 - k : k);
    }
    const std::uint32_t high = bits << kUnused;
    numbers[i] =
        is_signed ? static_cast<std::int32_t>(high) >> kUnused : static_cast<std::int32_t>(bits);
  }
}

template <std::size_t size>
void read_integers(std::span<const std::uint8_t> bytes, StoredNumber how,
                   std::span<std::int32_t> numbers) {
  ECG_ASSERT(bytes.size() / size >= numbers.size());
  const bool is_signed = how.kind == StoredNumber::Kind::kSigned;
  if (how.big_endian) {
    is_signed ? read_integers<size, true, true>(bytes.data(), numbers)
              : read_integers<size, true, false>(bytes.data(), numbers);
  } else {
    is_signed ? read_integers<size, false, true>(bytes.data(), numbers)
              : read_integers<size, false, false>(bytes.data(), numbers);
  }
}

}  // namespace

void stored_integers(std::span<const std::uint8_t> bytes, StoredNumber how,
                     std::span<std::int32_t> numbers) {
  ECG_ASSERT(how.kind != StoredNumber::Kind::kFloat && how.bytes >= 1 && how.bytes <= 4);
  if (how.bytes == 1) read_integers<1>(bytes, how, numbers);
  if (how.bytes == 2) read_integers<2>(bytes, how, numbers);
  if (how.bytes == 3) read_integers<3>(bytes, how, numbers);
  if (how.bytes == 4) read_integers<4>(bytes, how, numbers);
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
