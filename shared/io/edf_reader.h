#pragma once
// EDF, EDF+ (continuous and with gaps) and BDF files -> Recording.

#include <vector>

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"
#include "io/formats.h"

namespace ecg {

/// Reads one file. Signals of one rate and kind (voltage or not) form one group; the one with most
/// ECG leads is the main signal. Gaps between the records of EDF+D become NaN. Annotations carry
/// their text and, as subtype 0, symbol "\"" (a comment, as WFDB has it).
/// Errors: those of parse_edf_header, and kTooLarge where gaps would take far more than the file.
Result<Recording> read_edf(const FileSet& files, const NamedBytes& file);

/// Signals as the header lists them.
std::vector<FoundPart> describe_edf(const NamedBytes& file);

}  // namespace ecg
