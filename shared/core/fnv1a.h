#pragma once
// A small hash that is the same on every platform.

#include <cstdint>
#include <string_view>

namespace ecg {

/// FNV-1a (Fowler, Noll and Vo) of `bytes`, 64 bits. For telling names and contents apart, not
/// against forgery.
constexpr std::uint64_t fnv1a(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  return hash;
}

/// fnv1a folded to 48 bits: what fits the record number of a RandomKey.
constexpr std::uint64_t fnv1a_48(std::string_view bytes) {
  const std::uint64_t hash = fnv1a(bytes);
  return (hash ^ (hash >> 48)) & 0xffffffffffffull;
}

}  // namespace ecg
