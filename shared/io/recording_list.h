#pragma once
// Which recordings a pile of files holds: a folder, an archive, what was dropped together.

#include <optional>
#include <string>
#include <vector>

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"
#include "io/read_options.h"

namespace ecg {

/// One recording and the files that belong to it.
struct RecordingFiles {
  std::string name;                ///< of its header, or of its only file
  std::vector<std::size_t> files;  ///< positions in the set, the named one first
};

/// The recordings, in natural order of their names ("r2" before "r10"). A WFDB record takes along
/// the signal files and segments that its header names, and what lies beside it under the same
/// stem; a file of another format takes along its companions. Files that nothing knows are left
/// out. Archives count as unknown: see with_archives_unpacked.
std::vector<RecordingFiles> recordings_in(const FileSet& files);

/// Copy of the files of one recording.
FileSet files_of(const FileSet& files, const RecordingFiles& recording);

/// Reads the only recording, or the first of several with a warning that names the others, with
/// what the caller states. Archives are unpacked. Errors: those of read_recording and
/// with_archives_unpacked.
Result<Recording> read_first_recording(const FileSet& files, const ReadOptions& options = {});

/// What a table of numbers does not say of itself, and what helps a person to know it.
struct UnstatedFacts {
  bool rate = false;
  bool unit = false;
  std::size_t leads = 0;
  SampleIndex samples = 0;  ///< of each lead
  double largest = 0;       ///< absolute value in the file, without its unit
};

/// What has to be stated for read_first_recording() to succeed; nullopt where it succeeds anyway,
/// or where stating rate and unit does not help. Reads the files up to four times.
std::optional<UnstatedFacts> unstated_facts(const FileSet& files);

}  // namespace ecg
