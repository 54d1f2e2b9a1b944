#pragma once
// Small WFDB records made in the test, byte by byte.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/file_set.h"

namespace ecg::test {

inline std::vector<std::uint8_t> bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

/// Format 16: two bytes per count, least significant first.
inline std::vector<std::uint8_t> bytes_16(const std::vector<int>& counts) {
  std::vector<std::uint8_t> bytes;
  for (const int count : counts) {
    bytes.push_back(static_cast<std::uint8_t>(count & 0xFF));
    bytes.push_back(static_cast<std::uint8_t>((count >> 8) & 0xFF));
  }
  return bytes;
}

/// Header and one signal file.
inline FileSet record(std::string_view header, std::vector<std::uint8_t> signal_bytes,
                      std::string name = "r") {
  return {{{name + ".hea", bytes_of(header)}, {name + ".dat", std::move(signal_bytes)}}};
}

/// Two leads, three samples, format 16, with right checksums, a comment and annotations.
inline FileSet small_record() {
  FileSet files = record(
      "r 2 250 3 08:26:04 26/10/1994\n"
      "r.dat 16 1000(0)/mV 16 0 100 600 0 I\n"
      "r.dat 16 200(1024)/mV 12 1024 1024 3272 0 II\n"
      "# <age>: 51 <sex>: F\n",
      bytes_16({100, 1024, 200, 1224, 300, 1024}));
  // A normal beat at 1, a rhythm change at 2 with its text "(N", then the end mark.
  files.files.push_back({"r.atr", {0x01, 0x04, 0x01, 0x70, 0x02, 0xFC, '(', 'N', 0, 0}});
  return files;
}

}  // namespace ecg::test
