#pragma once
// A WFDB record -> Recording.

#include <vector>

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"

namespace ecg {

/// Headers in the set that are no segment or layout of another one: the records to choose from.
std::vector<const NamedBytes*> wfdb_records_in(const FileSet& files);

/// Reads the record of one header. `header` must be an element of `files`.
/// The main signal holds the voltages at their common sampling rate; signals stored at another rate
/// or in another unit become groups. Annotation files of the same record name are attached.
Result<Recording> read_wfdb(const FileSet& files, const NamedBytes& header);

}  // namespace ecg
