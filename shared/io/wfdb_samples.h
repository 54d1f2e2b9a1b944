#pragma once
// The storage formats of WFDB signal files, as signal(5) of the WFDB manual defines them.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ecg {

/// True for the formats decoded here: 8, 16, 24, 32, 61, 80, 160, 212, 310, 311.
bool is_wfdb_format_supported(int format);

/// How many samples `byte_count` bytes hold. Precondition: the format is supported.
std::int64_t wfdb_sample_capacity(int format, std::int64_t byte_count);

/// The byte at which a sample begins. Preconditions: the format is supported, and the sample is a
/// multiple of 6, so that every format begins a group of samples there.
std::int64_t wfdb_byte_of_sample(int format, std::int64_t sample);

/// How many bits the counts of a format take; 32 for format 8, whose differences are summed, and
/// for formats not decoded here.
int wfdb_count_bits(int format);

/// The count that marks a missing sample; nullopt for format 8 (first differences), which has none.
std::optional<std::int32_t> wfdb_missing_count(int format);

/// Decodes the samples `first`, `first` + `step` and so on, counts.size() of them. Format 8 gives
/// the stored differences; the caller sums them. Preconditions: the format is supported, `step` is
/// not 0, and `bytes` holds these samples.
void decode_wfdb_samples(int format, std::span<const std::uint8_t> bytes, std::size_t first,
                         std::size_t step, std::span<std::int32_t> counts);

/// The bytes of the counts in format 16 or 212. Preconditions: it is one of these, and every count
/// fits in 16 or 12 bits.
std::vector<std::uint8_t> encode_wfdb_samples(int format, std::span<const std::int32_t> counts);

}  // namespace ecg
