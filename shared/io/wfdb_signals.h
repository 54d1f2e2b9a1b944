#pragma once
// The signals of a WFDB record: header and signal files -> physical values, one vector per signal.

#include <cstdint>
#include <string>
#include <vector>

#include "core/file_set.h"
#include "core/result.h"
#include "io/wfdb_header.h"

namespace ecg {

/// One decoded signal.
struct WfdbSignal {
  WfdbSignalSpec spec;
  std::vector<float> values;  ///< frame_count x samples_per_frame; mV if is_voltage, else in
                              ///< spec.unit; NaN = missing
  bool is_voltage = false;
};

/// All signals of a record or segment, aligned in time (skew removed).
struct WfdbSignals {
  std::vector<WfdbSignal> signals;
  std::int64_t frame_count = 0;
  std::vector<std::string> warnings;
};

/// The file that a header names: beside the header first, then anywhere, then in any case. nullptr
/// if absent.
const NamedBytes* find_beside(const FileSet& files, std::string_view header_name,
                              std::string_view name);

/// Reads the signals of one record that is not multi-segment. `header_name` is the header's own
/// file. Errors: kMissingFile, kEmptyFile, kTruncated, kUnsupported, kInconsistent, kTooLarge.
Result<WfdbSignals> read_wfdb_signals(const FileSet& files, const WfdbHeader& header,
                                      std::string_view header_name);

}  // namespace ecg
