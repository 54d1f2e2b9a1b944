#pragma once
// XLI, the compression of Philips Sierra and PageWriter ECGs.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ecg {

/// Expands LZW codes of ten bits, the first bit highest; 1023 ends them. The table stays as it is
/// once it holds 1023 strings. nullopt if a code has no string yet, or more than `most` bytes come
/// out.
std::optional<std::vector<std::uint8_t>> expand_lzw10(std::span<const std::uint8_t> bytes,
                                                      std::size_t most);

/// Counts from the expanded bytes of one chunk: the high bytes of all numbers, then the low ones.
/// The first two numbers are counts; each further one makes the next second difference, plus 64;
/// `first_difference` is that of the third count. Sums wrap at 16 bits. Empty if the bytes are odd
/// in number or fewer than four.
std::vector<std::int16_t> counts_from_xli(std::span<const std::uint8_t> bytes,
                                          std::int16_t first_difference);

/// The leads of compressed data: chunks of 8 header bytes (size, a number, first difference) and
/// codes, one chunk per lead. nullopt if a chunk is damaged or cut, or if more comes out than 16
/// times what goes in and than 1 MiB.
std::optional<std::vector<std::vector<std::int16_t>>> leads_from_xli(
    std::span<const std::uint8_t> bytes);

}  // namespace ecg
