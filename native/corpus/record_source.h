#pragma once
// Where the recordings of a corpus come from: folders of ECG files. The simulator:
// simulated_source.h.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/recording.h"
#include "core/result.h"

namespace ecg {

/// A recording, and what its source knows of it beside what a file can hold.
struct SourceRecord {
  Recording recording;
  std::vector<std::string> labels;
};

/// A list of recordings that can be read one by one, from several threads at once.
struct RecordSource {
  std::string description;         ///< for people: the folder, or the simulator's settings
  std::string licence;             ///< of the data; empty = not stated
  std::vector<std::string> names;  ///< one per recording, unique, in the order of the corpus
  std::function<Result<SourceRecord>(std::size_t)> read;
};

/// Every ECG file in `folder` and below, in the order of their paths: WFDB records by their headers
/// (.hea; a recording is its header and the signal files that the header names), and EDF, BDF,
/// DICOM, SCP-ECG and XML files by their endings. Segments of a multi-segment WFDB recording are
/// read one by one; the header that strings them together is an error of its own. kNotFound if
/// there is none.
Result<RecordSource> folder_source(const std::filesystem::path& folder);

}  // namespace ecg
