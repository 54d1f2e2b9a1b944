#pragma once
// Philips ECG XML: Sierra 1.03 and PageWriter 1.04 to 1.04.02 (root element "restingecgdata").

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"

namespace ecg {

/// True for XML whose root element is "restingecgdata".
bool is_philips_xml(const NamedBytes& file);

/// Reads the waveforms: XLI-compressed (the limb leads III, aVR, aVL and aVF are stored as what
/// remains after computing them from I and II, and are restored), as 16-bit integers in base64, or
/// as plain numbers. The calibration pulse that devices append to every lead is kept apart as a
/// group, as are the representative beats. Statements, measurements and the person's fields are
/// those of the file. Errors: kBadHeader (rate, resolution or leads not stated), kBadValue (data
/// that are damaged), kInconsistent (leads of different length, or more leads than data),
/// kInsufficientData, kUnsupported (another compression), and those of parse_xml.
Result<Recording> read_philips_xml(const FileSet& files, const NamedBytes& file);

}  // namespace ecg
