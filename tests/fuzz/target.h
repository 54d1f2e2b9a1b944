#pragma once
// What is asked of every reader, whatever the bytes: one function for fuzzing and for replays.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/file_set.h"

namespace ecg::fuzz {

/// Names of the targets: "dicom", "edf", "scp", "muse", "aecg", ..., "wfdb" and "any".
std::vector<std::string_view> target_names();

/// The files that the bytes stand for. One file under the target's usual name; for "wfdb" a record,
/// see bytes_of_record.
FileSet files_of(std::string_view target, std::span<const std::uint8_t> bytes);

/// A WFDB record as bytes of the target "wfdb": two 16-bit sizes, the headers (the further ones
/// behind form feeds are s1.hea, s2.hea, ...), annotations, samples.
std::vector<std::uint8_t> bytes_of_record(std::string_view headers,
                                          std::span<const std::uint8_t> annotations,
                                          std::span<const std::uint8_t> samples);

/// Reads the bytes with the target's reader (tables also with a rate and unit stated), lists their
/// parts, checks what was read. True if it was a recording. Traps if an error says nothing, or a
/// recording contradicts itself.
bool run_one(std::string_view target, std::span<const std::uint8_t> bytes);

/// Bytes that may be alive beyond those before, while `size` bytes are read: 64 times as many, and
/// 8 MiB for small ones.
constexpr std::uint64_t allowed_bytes(std::uint64_t size) { return (8u << 20) + 64 * size; }

}  // namespace ecg::fuzz
