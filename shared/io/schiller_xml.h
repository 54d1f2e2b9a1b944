#pragma once
// Schiller resting ECG XML (root element "com.xiriuz.sema.xml.schillerEDI.SchillerEDI").

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"

namespace ecg {

/// True for XML whose root element is named so.
bool is_schiller_xml(const NamedBytes& file);

/// Reads every wave of the first event: the rhythm is the recording, averages are groups.
/// Measurements, wave boundaries (as WFDB's "(" and ")" with the wave as text), filters and texts
/// are those of the file. Errors: kBadHeader (rate, scale or a lead's name not stated), kBadValue
/// (a sample that is no number), kInconsistent (leads of different length, or not as long as
/// stated), kUnsupported (samples stored in another way), kInsufficientData, those of parse_xml.
Result<Recording> read_schiller_xml(const FileSet& files, const NamedBytes& file);

}  // namespace ecg
