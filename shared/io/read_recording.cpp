#include "io/read_recording.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "io/formats.h"
#include "io/wfdb_annotations.h"
#include "io/wfdb_reader.h"
#include "io/zip.h"

namespace ecg {
namespace {

/// True for the part of a WFDB record that says nothing without its header.
bool is_wfdb_part(const NamedBytes& file) {
  const std::string extension = extension_of(file.name);
  return extension == "dat" || extension == "mat" || extension == "xyz" ||
         is_annotation_extension(extension);
}

std::string format_names() {
  std::string names;
  for (const Format& format : formats()) {
    if (format.role != FileRole::kRecording) continue;
    names += (names.empty() ? "" : ", ") + std::string(format.name);
  }
  return names;
}

Error unrecognised(const NamedBytes& file) {
  if (file.bytes.empty()) {
    return {ErrorCode::kEmptyFile, "the file is empty", "copy or download the file again",
            file.name, 0};
  }
  if (const std::string_view format = unreadable_format_name(file); !format.empty()) {
    return {ErrorCode::kUnsupported,
            "this is a file of the format " + std::string(format) + ", which is not supported yet",
            "convert it to WFDB (.hea + .dat) first", file.name, std::nullopt};
  }
  if (is_wfdb_part(file)) {
    const std::string header = std::string(stem_of(file.name)) + ".hea";
    return {ErrorCode::kMissingFile,
            "this looks like a part of a WFDB record, but its header " + header +
                " is not among the files given",
            "open " + header + " and " + std::string(file_name_of(file.name)) +
                " together: select both, or drop both at once",
            file.name, std::nullopt};
  }
  return {ErrorCode::kUnknownFormat, "no reader recognises this file",
          "Einthoven reads " + format_names() +
              " and WFDB records: a header (.hea) with its signal files (.dat, .mat)",
          file.name, 0};
}

Error several_records(const std::vector<const NamedBytes*>& records) {
  std::string list;
  for (std::size_t i = 0; i < records.size() && i < 8; ++i) {
    list += (i == 0 ? "" : ", ") + std::string(file_name_of(records[i]->name));
  }
  if (records.size() > 8) list += ", ...";
  return {ErrorCode::kInconsistent,
          "the files belong to " + std::to_string(records.size()) + " records: " + list,
          "open one record at a time", records.front()->name, std::nullopt};
}

/// A file and the format that knows it.
struct Candidate {
  const NamedBytes* file = nullptr;
  const Format* format = nullptr;
};

/// The files that hold signals; those that only belong to others where there is no such file.
std::vector<Candidate> candidates_in(const FileSet& files) {
  std::vector<Candidate> recordings, companions;
  for (const NamedBytes& file : files.files) {
    const Format* format = file.bytes.empty() ? nullptr : format_of(file);
    if (format == nullptr) continue;
    (format->role == FileRole::kRecording ? recordings : companions).push_back({&file, format});
  }
  return recordings.empty() ? companions : recordings;
}

bool has_header_name(const FileSet& files) {
  for (const NamedBytes& file : files.files) {
    if (extension_of(file.name) == "hea") return true;
  }
  return false;
}

Error needs_no_options(const NamedBytes& file, std::string_view format) {
  return {ErrorCode::kInvalidArgument,
          std::string(format) + " files state their sampling rate, units and leads themselves",
          "leave out --rate, --unit and --leads", file.name, std::nullopt};
}

/// The record name of formats that state none is the file's own.
Result<Recording> read_candidate(const FileSet& files, const Candidate& candidate,
                                 const ReadOptions& options) {
  const auto& [file, format] = candidate;
  if (!options.empty() && format->read_stated == nullptr)
    return needs_no_options(*file, format->name);
  auto recording = format->read_stated != nullptr ? format->read_stated(files, *file, options)
                                                  : format->read(files, *file);
  if (!recording) return recording;
  if (recording->info.record_name.empty())
    recording->info.record_name = std::string(stem_of(file->name));
  if (recording->info.source_format.empty())
    recording->info.source_format = std::string(format->name);
  return recording;
}

}  // namespace

Result<Recording> read_recording(const FileSet& files) { return read_recording(files, {}); }

Result<Recording> read_recording(const FileSet& files, const ReadOptions& options) {
  if (files.files.empty())
    return Error{ErrorCode::kEmptyFile, "no file was given", "choose a file", "", std::nullopt};
  if (std::any_of(files.files.begin(), files.files.end(), is_zip)) {
    const auto unpacked = with_archives_unpacked(files);  // holds no archive any more
    return unpacked ? read_recording(*unpacked, options) : unpacked.error();
  }
  if (!has_header_name(files)) {
    const auto candidates = candidates_in(files);
    std::vector<const NamedBytes*> found;
    for (const Candidate& candidate : candidates) found.push_back(candidate.file);
    if (found.size() > 1) return several_records(found);
    if (found.size() == 1) return read_candidate(files, candidates.front(), options);
  }
  const auto records = wfdb_records_in(files);
  if (records.size() > 1) return several_records(records);
  if (records.size() == 1) {
    if (!options.empty()) return needs_no_options(*records.front(), "WFDB");
    return read_wfdb(files, *records.front());
  }
  return unrecognised(files.files.front());
}

}  // namespace ecg
