#pragma once
// A recording as a DICOM waveform object (PS3.3 A.34: 12-lead, general or ambulatory ECG).

#include <cstdint>
#include <vector>

#include "core/recording.h"
#include "core/result.h"

namespace ecg {

/// Writes explicit VR little endian. The class is 12-lead ECG where the recording keeps its limits
/// (200 to 1000 Hz, at most 13 leads of 16,384 samples), else general ECG (at most 24 leads), else
/// ambulatory ECG (50 to 1000 Hz, at most 12 leads). The main signal is the first multiplex group,
/// "RHYTHM"; other groups follow as far as the class allows them. Counts are those of the
/// calibration where every sample is one, else 1 per uV; missing samples become the stated padding
/// value. Leads are coded (MDC), other leads named. Written too: the person's and device's fields,
/// start, statements, measurements, annotations with their sample. Dates and times that the
/// recording does not tell stay empty; identifiers follow from the content (dicom_uid).
/// Errors: kInsufficientData (no samples), kBadValue (a value beyond 16 bits), kUnsupported (a rate
/// or number of leads that no class allows).
Result<std::vector<std::uint8_t>> dicom_from_recording(const Recording& recording);

}  // namespace ecg
