#pragma once
// EDF files made in the test, column by column.

#include <cstdint>
#include <string>
#include <vector>

#include "core/file_set.h"
#include "synthetic_record.h"

namespace ecg::test::made_edf {

inline std::string column(std::string text, std::size_t width) {
  text.resize(width, ' ');
  return text;
}

struct Column {
  std::string label, unit, physical_min, physical_max, digital_min, digital_max, samples;
};

inline std::string header_of(const std::vector<Column>& signals, const std::string& kind,
                             const std::string& records, const std::string& duration,
                             const std::string& version = "0") {
  std::string text = column(version, 8) + column("MCH-7 F 02-MAY-1951 Doe_Jane", 80) +
                     column("Startdate 02-MAR-2002", 80) + "02.03.9808.26.04" +
                     column(std::to_string(256 * (signals.size() + 1)), 8) + column(kind, 44) +
                     column(records, 8) + column(duration, 8) +
                     column(std::to_string(signals.size()), 4);
  const auto each = [&](std::string Column::*field, std::size_t width) {
    for (const Column& signal : signals) text += column(signal.*field, width);
  };
  each(&Column::label, 16);
  text += std::string(80 * signals.size(), ' ');
  each(&Column::unit, 8);
  each(&Column::physical_min, 8);
  each(&Column::physical_max, 8);
  each(&Column::digital_min, 8);
  each(&Column::digital_max, 8);
  text += std::string(80 * signals.size(), ' ');
  each(&Column::samples, 8);
  return text + std::string(32 * signals.size(), ' ');
}

inline void append(std::vector<std::uint8_t>& bytes, const std::vector<std::uint8_t>& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

inline const Column kLeadI{"ECG I", "uV", "-32768", "32767", "-32768", "32767", "2"};
inline const Column kPressure{"ABP", "mmHg", "0", "200", "0", "2000", "1"};
inline const Column kNotes{"EDF Annotations", "", "-1", "1", "-32768", "32767", "10"};

inline std::vector<std::uint8_t> notes(std::string text) {
  text.resize(20, '\0');
  return bytes_of(text);
}

/// Two data records of one second; the second begins `onset` seconds after the file.
inline FileSet edf_plus(const std::string& kind, const std::string& onset) {
  auto bytes = bytes_of(header_of({kLeadI, kPressure, kNotes}, kind, "2", "1"));
  append(bytes, bytes_16({100, -200, 500}));
  append(bytes, notes(std::string("+0\x14\x14\0+0.5\x14N\x14", 13)));
  append(bytes, bytes_16({300, 32767, 1000}));
  append(bytes, notes("+" + onset + "\x14\x14"));
  return {{{"x.edf", std::move(bytes)}}};
}

}  // namespace ecg::test::made_edf
