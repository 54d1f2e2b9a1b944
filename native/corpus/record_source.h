#pragma once
// Where the recordings of a corpus come from: folders of WFDB records, or the simulator.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/recording.h"
#include "core/result.h"

namespace ecg {

/// A list of recordings that can be read one by one, from several threads at once.
struct RecordSource {
  std::string description;         ///< for people: the folder, or the simulator's settings
  std::string licence;             ///< of the data; empty = not stated
  std::vector<std::string> names;  ///< one per recording, unique, in the order of the corpus
  std::function<Result<Recording>(std::size_t)> read;
};

/// Every WFDB header (.hea) in `folder` and below, in the order of their paths. A recording consists
/// of its header and the signal files that the header names. Segments of a multi-segment recording are
/// read one by one; the header that strings them together is an error of its own. kNotFound if there
/// is no header.
Result<RecordSource> wfdb_source(const std::filesystem::path& folder);

/// `count` simulated sinus rhythms of `duration_s`, one per simulated patient.
RecordSource simulated_source(std::uint64_t seed, std::size_t count, double duration_s);

/// Patient of each recording from a CSV table with a header line (quoted fields allowed): column
/// `record_column` holds the recording's name or path, of which the bare stem counts. Errors:
/// kMissingFile, kNotFound (column), kBadHeader.
Result<std::map<std::string, std::string>> read_patient_table(const std::filesystem::path& file,
                                                              const std::string& record_column,
                                                              const std::string& patient_column);

}  // namespace ecg
