#pragma once
// What heads the sheet: one recording's facts as title and subtitle.

#include "core/recording.h"
#include "plot/view_state.h"

namespace ecg {

/// Sets `title` to the record's name and `subtitle` to what the file says of age, sex, start and
/// device, then leads and sampling rate: "56 y, male, 12 leads, 500 Hz". Units other than
/// millivolt are named there, because the scale does not hold for them. Never the patient's id.
void describe_recording(ViewState& state, const Recording& recording);

}  // namespace ecg
