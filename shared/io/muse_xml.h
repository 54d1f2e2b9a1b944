#pragma once
// GE MUSE resting ECG in XML ("RestingECG") -> Recording.

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"

namespace ecg {

/// True if the root element is RestingECG.
bool is_muse_xml(const NamedBytes& file);

/// Reads the rhythm waveform as the main signal and the others (median beat) as groups. Samples are
/// 16-bit little-endian integers in base64, times LeadAmplitudeUnitsPerBit. MUSE stores I, II and
/// V1-V6: where III, aVR, aVL and aVF are absent and I and II present, they are computed and a
/// warning says so. Measurements are those of RestingECGMeasurements, statements those of
/// Diagnosis. The stored CRC is not checked.
/// Errors: those of parse_xml; kBadHeader (a field missing or malformed), kBadValue (rate, base64),
/// kInconsistent (leads of unequal length, or not of the length stated), kInsufficientData (no
/// waveform).
Result<Recording> read_muse_xml(const FileSet& files, const NamedBytes& file);

}  // namespace ecg
