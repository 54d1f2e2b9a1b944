#pragma once
// The one door for ECG files: bytes in, Recording out. Recognises a format by content, then by
// name.

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"
#include "io/read_options.h"

namespace ecg {

/// Reads the recording that the files hold together. WFDB: the header (.hea), the signal files it
/// names and any annotation files (.atr, .qrs, LUDB's .i ... .v6) in one set, in any order.
/// A .zip counts as the files in it.
/// The samples come out in mV; NaN = missing. Oddities that do not prevent reading are warnings.
/// Errors: kEmptyFile, kUnknownFormat, kMissingFile (names the file and what to drop together),
/// kBadHeader, kBadValue, kTruncated, kTooLarge, kUnsupported, kInconsistent (several records at
/// once).
Result<Recording> read_recording(const FileSet& files);

/// The same with what the caller knows of a table of numbers. Error: kInvalidArgument if the format
/// states rate, unit and leads itself, so that options would be without effect.
Result<Recording> read_recording(const FileSet& files, const ReadOptions& options);

}  // namespace ecg
