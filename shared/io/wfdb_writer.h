#pragma once
// A recording as a WFDB record: <name>.hea and <name>.dat, format 16.

#include <string_view>

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"

namespace ecg {

/// Writes the main signal in format 16 with checksums. The gain and baseline of a lead are those of
/// its calibration where every sample is a 16-bit count in it, so that reading and writing again
/// restores the stored counts; without a calibration 1000 counts per mV and baseline 0.
/// NaN becomes -32768, WFDB's mark of a missing sample.
/// Errors: kInvalidArgument (record name with other than letters, digits, '-' and '_'; the standard
/// allows no others), kInsufficientData (no samples), kBadValue (a value beyond 16 bits).
Result<FileSet> wfdb_from_recording(const Recording& recording, std::string_view record_name);

}  // namespace ecg
