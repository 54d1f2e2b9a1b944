#pragma once
// WFDB records of several segments, of fixed or variable layout, joined into one.

#include "core/file_set.h"
#include "core/result.h"
#include "io/wfdb_header.h"
#include "io/wfdb_signals.h"

namespace ecg {

/// Reads every segment and puts it at its place in time; what no segment holds is NaN. In a fixed
/// layout all segments have the same signals; in a variable one (first segment of length 0) signals
/// are matched by name. Precondition: header.is_multi_segment().
/// Errors: those of read_wfdb_signals, and kInconsistent where segments contradict the record.
Result<WfdbSignals> read_wfdb_segments(const FileSet& files, const WfdbHeader& header,
                                       std::string_view header_name);

}  // namespace ecg
