#pragma once
// A hash of every bit of a signal, to compare recordings with committed values.

#include <cstdint>

#include "core/bit_cast.h"
#include "core/signal.h"

namespace ecg::test {

/// FNV-1a over the bytes of all samples, lead after lead, little-endian.
inline std::uint64_t signal_hash(const Signal& signal) {
  std::uint64_t hash = 14695981039346656037ull;
  for (const float value : signal.values()) {
    const auto bits = bit_cast<std::uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) {
      hash = (hash ^ ((bits >> shift) & 0xffu)) * 1099511628211ull;
    }
  }
  return hash;
}

}  // namespace ecg::test
