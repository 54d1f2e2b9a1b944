#pragma once
// ISHNE Holter files made in the test, field by field.

#include <cstdint>
#include <string>
#include <vector>

#include "core/file_set.h"
#include "io/byte_view.h"
#include "synthetic_record.h"

namespace ecg::test::made_ishne {

inline std::string number(std::int64_t value, int size) {
  std::string text;
  for (int i = 0; i < size; ++i) text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

inline std::string filled(std::string text, std::size_t size) {
  text.resize(size, '\0');
  return text;
}

/// Header and data: leads II (5000 nV) and of code 1 (2500 nV), with the right checksum.
inline std::vector<std::uint8_t> file_of(const std::string& magic, std::int64_t samples,
                                         const std::string& data,
                                         const std::string& variable = "a note") {
  const auto end = static_cast<std::int64_t>(522 + variable.size());
  std::string header = number(static_cast<std::int64_t>(variable.size()), 4) + number(samples, 4) +
                       number(522, 4) + number(end, 4) + number(1, 2) + filled("Jane", 40) +
                       filled("Doe", 40) + filled("P-7", 20) + number(2, 2) + number(1, 2);
  for (const int value : {2, 5, 1951, 3, 11, 2009, 4, 11, 2009, 7, 8, 9, 2})
    header += number(value, 2);
  header += number(6, 2) + number(1, 2) + std::string(20, '\0');          // leads: II, bipolar
  header += number(0, 2) + number(3, 2) + std::string(20, '\0');          // qualities
  header += number(5000, 2) + number(2500, 2) + std::string(20, '\xFF');  // resolutions in nV
  header += number(2, 2) + filled("Recorder", 40) + number(200, 2) + filled("P", 80) +
            filled("C", 80) + std::string(88, '\0') + variable;
  return bytes_of(magic + number(crc16_ccitt(bytes_of(header)), 2) + header + data);
}

/// Two leads of three samples.
inline NamedBytes signals() {
  std::string data;
  for (const int count : {100, -100, 200, 32767, -300, -32768}) data += number(count, 2);
  return {"x.ecg", file_of("ISHNE1.0", 3, data)};
}

/// Beats at 1 and 2, and one behind the signal.
inline NamedBytes beats() {
  return {"x.ann",
          file_of("ANN  1.0", 3,
                  number(1, 4) + "N#" + number(0, 2) + "Vn" + number(1, 2) + "N#" + number(9, 2))};
}

}  // namespace ecg::test::made_ishne
