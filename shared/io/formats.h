#pragma once
// The table of formats: how each is recognised, read and, when reading fails, described.
// To add a format: a file pair with the functions below, and one line in formats.cpp.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"
#include "io/read_options.h"

namespace ecg {

/// One thing seen in a file: a section, a group of signals, a lead. Listed even where decoding
/// fails, so that a person sees how far the file made sense.
struct FoundPart {
  std::string what;                         ///< "format", "section 6", "group 1", "lead II"
  std::string detail;                       ///< "SCP-ECG", "8 leads, 500 Hz", ...
  std::string file;                         ///< name of the file
  std::optional<std::int64_t> byte_offset;  ///< where it begins

  bool operator==(const FoundPart&) const = default;
};

/// What a file is to a recording.
enum class FileRole : std::uint8_t {
  kRecording,  ///< holds signals
  kCompanion,  ///< belongs to another file (ISHNE annotations)
};

/// One format. All functions take any bytes.
struct Format {
  std::string_view name;
  /// By content only. False for most other files; the first match of the table wins.
  bool (*recognises)(const NamedBytes& file);
  /// Reads the recording of `file`, an element of `files`.
  Result<Recording> (*read)(const FileSet& files, const NamedBytes& file);
  /// Parts seen in `file`; nullptr if the format lists none.
  std::vector<FoundPart> (*describe)(const NamedBytes& file) = nullptr;
  FileRole role = FileRole::kRecording;
  /// File endings ("edf mwf"), separated by blanks, tried where no format knows the content.
  std::string_view extensions = {};
  /// Reads with what the caller states; nullptr if the format states everything itself.
  Result<Recording> (*read_stated)(const FileSet& files, const NamedBytes& file,
                                   const ReadOptions& options) = nullptr;
};

/// Every format but WFDB, whose records are made of several files.
std::span<const Format> formats();

/// The format of one file: by content, then by ending; nullptr if none.
const Format* format_of(const NamedBytes& file);

/// Name of a format that is known but not read ("PDF", "HDF5 or MATLAB 7.3"); empty if none.
std::string_view unreadable_format_name(const NamedBytes& file);

/// What the files hold, as far as it can be seen: at least one part ("format") per file.
std::vector<FoundPart> describe_files(const FileSet& files);

}  // namespace ecg
