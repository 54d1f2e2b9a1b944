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

}  // namespace

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
