#pragma once
// MATLAB 5 files (.mat, versions 5 to 7.2) as recordings.

#include "core/recording.h"
#include "io/formats.h"
#include "io/mat_file.h"

namespace ecg {

/// The largest matrix of real numbers, 32 samples or more, is the signal; its longer side is time.
/// Beside it, and in structs, scalars named like a sampling rate ("fs", "freq"), texts named like
/// units and leads, gains with their zeros, sex, age and the name of the record are understood;
/// further texts are kept as comments. What is not stated (rate, unit) the options must say.
/// Errors: those of parse_mat_file and recording_from_table; kInsufficientData if no
/// matrix is long enough.
Result<Recording> read_mat(const FileSet& files, const NamedBytes& file,
                           const ReadOptions& options);
Result<Recording> read_mat(const FileSet& files, const NamedBytes& file);

/// One part per variable.
std::vector<FoundPart> describe_mat(const NamedBytes& file);

}  // namespace ecg
