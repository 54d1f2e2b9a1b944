#pragma once
// The signals of a WFDB record: header and signal files -> physical values.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/file_set.h"
#include "core/result.h"
#include "core/signal.h"
#include "io/wfdb_header.h"

namespace ecg {

/// One signal and the place of its samples.
struct WfdbSignal {
  WfdbSignalSpec spec;
  bool is_voltage = false;
  std::size_t matrix = 0;
  std::size_t row = 0;
};

/// All signals of a record or segment, aligned in time (skew removed).
struct WfdbSignals {
  std::vector<WfdbSignal> signals;
  std::vector<Signal> matrices;  ///< in the order of their first signals; those that are voltages,
                                 ///< and those that are not, of one sampling rate share a matrix
  std::int64_t frame_count = 0;
  std::vector<std::string> warnings;

  /// frame_count x samples_per_frame; mV if is_voltage, else in spec.unit; NaN = missing.
  std::span<float> values(std::size_t signal) {
    return matrices[signals[signal].matrix].lead(signals[signal].row);
  }
};

/// The signals of a record of `frame_count` frames with room for their samples, which hold anything
/// so far. Precondition: the room is allowed (allowed_values).
WfdbSignals wfdb_signals_of(const std::vector<WfdbSignalSpec>& specs, std::int64_t frame_count,
                            double frame_rate_hz);

/// The file that a header names: beside the header first, then anywhere, then in any case. nullptr
/// if absent.
const NamedBytes* find_beside(const FileSet& files, std::string_view header_name,
                              std::string_view name);

/// Reads the signals of one record that is not multi-segment. `header_name` is the header's own
/// file. Errors: kMissingFile, kEmptyFile, kTruncated, kUnsupported, kInconsistent, kTooLarge.
Result<WfdbSignals> read_wfdb_signals(const FileSet& files, const WfdbHeader& header,
                                      std::string_view header_name);

}  // namespace ecg
