#pragma once
// SCP-ECG files made in the test, section by section.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/file_set.h"
#include "io/scp_sections.h"
#include "synthetic_record.h"

namespace ecg::test::made_scp {

inline std::string number(std::uint32_t value, int size) {
  std::string text;
  for (int i = 0; i < size; ++i) text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

/// "1100 0" -> bytes, the first bit highest.
inline std::string bits(const std::string& text) {
  std::string out;
  int used = 0;
  for (const char c : text) {
    if (c == ' ') continue;
    if (used % 8 == 0) out += '\0';
    if (c == '1') out.back() = static_cast<char>(out.back() | 0x80 >> (used % 8));
    ++used;
  }
  if (out.size() % 2 != 0) out += '\0';
  return out;
}

inline std::string section(std::uint32_t id, const std::string& data) {
  const std::string rest = number(id, 2) + number(static_cast<std::uint32_t>(data.size()) + 16, 4) +
                           "\x14\x14" + (id == 0 ? "SCPECG" : std::string(6, '\0')) + data;
  return number(crc16_ccitt(bytes_of(rest)), 2) + rest;
}

inline FileSet scp(const std::vector<std::pair<std::uint32_t, std::string>>& sections) {
  const std::size_t table = 16 + 10 * (sections.size() + 1);
  std::string pointers = number(0, 2) + number(static_cast<std::uint32_t>(table), 4) + number(7, 4);
  std::string body;
  for (const auto& [id, data] : sections) {
    pointers += number(id, 2) + number(static_cast<std::uint32_t>(data.size()) + 16, 4) +
                number(static_cast<std::uint32_t>(7 + table + body.size()), 4);
    body += section(id, data);
  }
  const std::string all = section(0, pointers) + body;
  const std::string rest = number(static_cast<std::uint32_t>(all.size()) + 6, 4) + all;
  return {{{"x.scp", bytes_of(number(crc16_ccitt(bytes_of(rest)), 2) + rest)}}};
}

inline std::string lead_list(std::uint32_t flags, std::uint32_t samples) {
  return number(1, 1) + number(flags, 1) + number(1, 4) + number(samples, 4) + number(61, 1);
}

inline std::string data(std::uint32_t interval_us, std::uint32_t order, bool bimodal,
                        const std::string& bytes) {
  return number(5000, 2) + number(interval_us, 2) + number(order, 1) + number(bimodal, 1) +
         number(static_cast<std::uint32_t>(bytes.size()), 2) + bytes;
}

inline const std::string kPerson =
    std::string("\x00\x04\x00", 3) + "Doe" + '\0' + std::string("\x08\x01\x00\x02", 4) +
    std::string("\x19\x04\x00\xD2\x07\x03\x02\x1A\x03\x00\x08\x1A\x04", 13) + "\xFF";

/// Default table, second differences: 100, 101, then +2, -1, and both escapes.
inline FileSet second_differences() {
  const std::string code = bits(
      "1111111111 0000000001100100"  // 100, by 16 bits
      "1111111110 01100101"          // 101, by 8 bits
      "1100 101"                     // +2, -1
      "1111111110 10000000 0");      // -128, 0
  return scp(
      {{1, kPerson}, {2, number(19999, 2)}, {3, lead_list(0, 6)}, {6, data(2000, 2, false, code)}});
}

/// Residual 1 ... 6 and a reference beat of 10, 20, 30 whose second sample lies on sample 3.
inline FileSet subtracted() {
  const std::string qrs = number(6, 2) + number(2, 2) + number(1, 2) + number(0, 2) + number(2, 4) +
                          number(3, 4) + number(4, 4) + number(1, 4) + number(6, 4);
  std::string beat, rest;
  for (const std::uint32_t value : {10u, 20u, 30u}) beat += number(value, 2);
  for (std::uint32_t value = 1; value <= 6; ++value) rest += number(value, 2);
  return scp({{3, lead_list(1, 6)},
              {4, qrs},
              {5, data(2000, 0, false, beat)},
              {6, data(2000, 0, false, rest)}});
}

}  // namespace ecg::test::made_scp
