#pragma once
// Numbers in lines and columns, with whatever was said about them, on their way to a recording.
// CSV, NumPy and MATLAB files differ in how they store such a table, not in what it means.

#include <optional>
#include <string>
#include <vector>

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"
#include "io/printed_times.h"
#include "io/read_options.h"

namespace ecg {

/// Name and unit of one column; empty where not stated.
struct ColumnLabel {
  std::string name;
  std::string unit;  ///< as written: "mV", "s", "hh:mm:ss"
};

/// What a file says about its table.
struct TableFacts {
  std::optional<double> sampling_rate_hz;
  std::string unit;                  ///< of every column that names none itself
  std::vector<std::string> labels;   ///< of the leads, without a time column
  std::vector<ColumnLabel> columns;  ///< as many as the table has, or none
  std::vector<double> gains;         ///< counts per unit of each lead; none: 1
  std::vector<double> baselines;     ///< count of 0 of each lead; none: 0
  RecordingInfo info;
};

/// A table of samples. One column is one lead, or one line where `by_lines`.
struct SampleTable {
  TableFacts facts;
  std::vector<double> values;  ///< lines x columns, line after line; NaN = missing
  std::size_t columns = 0;
  bool by_lines = false;
  PrintedTimes first;   ///< the first column with its precision; unused where `by_lines`
  bool clocks = false;  ///< the first column holds clock times, in seconds
  std::vector<std::string> warnings;

  std::size_t lines() const { return columns == 0 ? 0 : values.size() / columns; }
};

/// Takes a first column that tells the time or counts samples off the leads, finds rate and units
/// (options first, then the facts, then the times) and scales to mV. Values in a unit that is no
/// voltage stay as they are, with a warning. Errors: kBadHeader (rate or unit not stated),
/// kInconsistent (times not even), kBadValue (impossible rate), kInvalidArgument (options).
Result<Recording> recording_from_table(SampleTable table, const ReadOptions& options,
                                       const NamedBytes& file);

}  // namespace ecg
