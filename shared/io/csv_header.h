#pragma once
// The lines above a table of numbers: rate, unit, names of columns, and who was recorded.

#include <optional>
#include <string>
#include <vector>

#include "core/recording.h"
#include "io/text_table.h"

namespace ecg {

/// Name and unit of one column; empty where not stated.
struct ColumnLabel {
  std::string name;
  std::string unit;  ///< as written: "mV", "s", "hh:mm:ss"
};

/// What the lines above a table say.
struct CsvHeader {
  std::optional<double> sampling_rate_hz;
  std::string unit;                  ///< of every column that names none itself
  std::vector<std::string> labels;   ///< of a line "Labels: I, II"; without a time column
  std::vector<ColumnLabel> columns;  ///< as many as the table has, or none
  RecordingInfo info;                ///< what other "key: value" lines say
};

/// Understands "key: value" lines ("Sampling Rate (Hz):= 1000", "Unit,uV"; comments too), a line
/// of column names with units ("I (mV)", "II_uV", "aVR/mV"), a line of units below it, and the
/// lines above the ECGs of the Apple Watch. What is not understood is kept among the comments.
CsvHeader parse_csv_header(const TextTable& table);

}  // namespace ecg
