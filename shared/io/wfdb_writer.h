#pragma once
// A recording as a WFDB record: <name>.hea and <name>.dat, format 16 or 212.

#include <string_view>

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"

namespace ecg {

/// Writes the main signal with checksums. The gain and baseline of a lead are those of its
/// calibration where every sample is a count of the format in it, so that reading and writing again
/// restores the stored counts; else 1000 counts per mV (format 16, up to 32 mV) or 200 (format 212,
/// up to 10 mV) and baseline 0. NaN becomes -32768 or -2048, WFDB's marks of a missing sample.
/// Errors: kInvalidArgument (another format; a record name with other than letters, digits, '-' and
/// '_'; the standard allows no others), kInsufficientData (no samples), kBadValue (a value beyond
/// the format).
Result<FileSet> wfdb_from_recording(const Recording& recording, std::string_view record_name,
                                    int format = 16);

}  // namespace ecg
