#pragma once
// Person, device, measurements and statements of SCP-ECG (EN 1064, sections 1, 7, 8 and 11).

#include "core/recording.h"
#include "io/scp_sections.h"

namespace ecg {

/// Fills what the sections say.
void fill_scp_info(const ScpFile& file, RecordingInfo& info);

}  // namespace ecg
