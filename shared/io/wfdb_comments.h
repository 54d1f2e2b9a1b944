#pragma once
// What the comment lines of WFDB headers say about the person and the recording.

#include <string>
#include <vector>

#include "core/recording.h"

namespace ecg {

/// Reads age, sex and diagnoses out of comment lines into `info`; the lines themselves are kept by
/// the caller. Understood: "Age: 63", "<age>: 63  <sex>: F", "Dx: 426783006,164889003",
/// "<diagnoses>:" with the lines after it, and the MIT-BIH form "69 M 1085 1629 x1".
void read_wfdb_comments(const std::vector<std::string>& comments, RecordingInfo& info);

}  // namespace ecg
