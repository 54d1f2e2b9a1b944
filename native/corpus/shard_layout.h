#pragma once
// Byte positions inside a shard (shard.h has the description). Used by writer and reader alone.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ecg::shard_layout {

inline constexpr std::string_view kMagic = "EINTSHRD";
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::size_t kHeaderBytes = 1024;
inline constexpr std::size_t kDetailsBytesAt = 56;
inline constexpr std::size_t kLeadNamesAt = 128;
inline constexpr std::size_t kLeadNameBytes = 8;
inline constexpr std::size_t kMostLeads = 64;
inline constexpr std::size_t kMostSamples = 1'000'000;

inline constexpr std::size_t kNameAt = 0;
inline constexpr std::size_t kNameBytes = 112;
inline constexpr std::size_t kPatientAt = kNameAt + kNameBytes;
inline constexpr std::size_t kPatientBytes = 64;
inline constexpr std::size_t kStartAt = kPatientAt + kPatientBytes;
inline constexpr std::size_t kSplitAt = kStartAt + 8;
inline constexpr std::size_t kDetailsAt = kSplitAt + 4;
inline constexpr std::size_t kLeadArrays = kSplitAt + 8;  ///< gain, offset, scale, present

inline constexpr std::size_t samples_at(std::size_t leads) { return kLeadArrays + 16 * leads; }

/// Stride of a record, its CRC included.
inline constexpr std::size_t record_bytes(std::size_t leads, std::size_t samples) {
  const std::size_t used = samples_at(leads) + 2 * leads * samples + 4;
  return (used + 63) / 64 * 64;
}

}  // namespace ecg::shard_layout
