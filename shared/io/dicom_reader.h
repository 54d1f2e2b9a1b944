#pragma once
// DICOM waveform objects (PS3.3 C.10.9: 12-lead, general and ambulatory ECG) -> Recording.

#include <vector>

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"
#include "io/formats.h"

namespace ecg {

/// Reads every multiplex group: the longest one with most leads is the main signal, the others are
/// groups under their label. Leads go by code (MDC or SCP-ECG), else by name.
/// mV = (raw x sensitivity x correction factor + baseline) in the stated unit; padding values are
/// NaN where they lie outside the range of the signal. Errors: those of parse_dicom, kNotFound (no
/// waveform), kBadValue, kTruncated, kUnsupported (sample types other than 8- and 16-bit integers).
Result<Recording> read_dicom(const FileSet& files, const NamedBytes& file);

/// Multiplex groups and their sizes.
std::vector<FoundPart> describe_dicom(const NamedBytes& file);

}  // namespace ecg
