#pragma once
// Who, when, with what and which findings: the parts of a Philips ECG XML beside its waveforms.

#include "core/recording.h"
#include "io/xml.h"

namespace ecg {

/// Fills everything but the record name. `root` is the element "restingecgdata".
void fill_philips_info(pugi::xml_node root, RecordingInfo& info);

}  // namespace ecg
