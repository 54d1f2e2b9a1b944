#pragma once
// Files on disk for the programs: shared/ itself never touches one.

#include <string>
#include <string_view>
#include <vector>

#include "core/file_set.h"
#include "core/recording.h"
#include "io/read_options.h"

namespace ecg::cli {

/// Bytes of one file, under the path as given. Throws CliError (kMissingFile, kIo).
NamedBytes load_file(const std::string& path);

/// The files of one recording. For a WFDB header: the signal and segment files it names and the
/// annotation files of the same record, from the same folder; files that are absent are left out
/// (the reader then says which one it lacks). For a file with a header of the same name beside it
/// (x.dat with x.hea): the set of that header. Throws CliError when `path` itself cannot be read.
FileSet load_recording_files(const std::string& path);

/// load_recording_files, then read_recording with what the caller states. Throws CliError.
Recording load_recording(const std::string& path, const ReadOptions& options = {});

/// Writes a file, replacing one that exists. Throws CliError(kIo) naming the path.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace ecg::cli
