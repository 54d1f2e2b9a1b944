#pragma once
// ISHNE Holter files (Badilini 1998): .ecg with the signals, .ann with the beats.

#include <vector>

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"
#include "io/formats.h"

namespace ecg {

/// True if the bytes begin with "ISHNE1.0".
bool recognises_ishne(const NamedBytes& file);

/// True if the bytes begin with "ANN  1.0".
bool recognises_ishne_annotations(const NamedBytes& file);

/// Reads the signals (one to twelve leads, a resolution in nV for each), the person's and the
/// recorder's fields, and the beats of an annotation file of the same name in the set: their first
/// label as symbol, the second as text. A checksum that does not fit is a warning. Errors:
/// kTruncated, kBadValue (number of leads, rate, resolution or offsets that cannot be).
Result<Recording> read_ishne(const FileSet& files, const NamedBytes& file);

/// Always kMissingFile: beats say nothing without the signals.
Result<Recording> read_ishne_annotations(const FileSet& files, const NamedBytes& file);

/// Leads and their resolution.
std::vector<FoundPart> describe_ishne(const NamedBytes& file);

}  // namespace ecg
