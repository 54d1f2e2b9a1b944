#pragma once
// Huffman tables of SCP-ECG (EN 1064, section 2) and the signals coded with them.

#include <cstdint>
#include <span>
#include <vector>

#include "core/result.h"
#include "io/scp_sections.h"

namespace ecg {

/// One line of a table. A code longer than its prefix ends in a signed number, first bit first.
struct ScpCode {
  int prefix_bits = 0;
  int code_bits = 0;
  bool switches_table = false;  ///< then base_value is the number of the next table, from 1
  int base_value = 0;
  std::uint32_t prefix = 0;  ///< first bit of the stream = lowest bit
};

using ScpTable = std::vector<ScpCode>;

/// The table of the standard: 0 to +-8, then 8 bits after 1111111110 and 16 after 1111111111.
ScpTable default_scp_table();

/// The tables of section 2. Errors: kTruncated, kBadValue.
Result<std::vector<ScpTable>> parse_scp_tables(const NamedBytes& file, const ScpSection& section);

/// Decodes `count` values, beginning with the first table. False if the bits end before, or hold
/// a code that no table knows.
bool decode_scp_huffman(const std::vector<ScpTable>& tables, std::span<const std::uint8_t> bytes,
                        std::size_t count, std::vector<std::int32_t>& values);

}  // namespace ecg
