#include "corpus/record_source.h"

#include <algorithm>
#include <sstream>

#include "core/file_set.h"
#include "corpus/files.h"
#include "io/read_recording.h"

namespace ecg {
namespace {

namespace fs = std::filesystem;

/// Largest file that is taken for part of a recording.
constexpr std::uintmax_t kLargestFile = std::uintmax_t{1} << 31;

// Names of the signal files in a WFDB header: the first word of each line after the record line.
std::vector<std::string> signal_files_of(const std::string& header) {
  std::vector<std::string> names;
  std::istringstream lines(header);
  bool record_line_seen = false;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first;
    if (!(words >> first) || first[0] == '#') continue;
    if (record_line_seen && std::find(names.begin(), names.end(), first) == names.end()) {
      names.push_back(first);
    }
    record_line_seen = true;
  }
  return names;
}

Result<Recording> read_wfdb(const fs::path& header_path) {
  FileSet files;
  auto header = read_whole_file(header_path);
  if (!header) return header.error();
  const std::string text(header->begin(), header->end());
  files.files.push_back({header_path.filename().string(), *std::move(header)});
  for (const std::string& name : signal_files_of(text)) {
    const fs::path path = header_path.parent_path() / fs::path(name).filename();
    std::error_code failed;
    const auto size = fs::file_size(path, failed);
    if (failed || size > kLargestFile) continue;  // the reader names what is missing
    auto bytes = read_whole_file(path);
    if (!bytes) return bytes.error();
    files.files.push_back({name, *std::move(bytes)});
  }
  return read_recording(files);
}

// Endings of files that are a recording each. WFDB's are found by their headers.
constexpr std::string_view kSingleFileEndings[] = {"edf",   "bdf", "rec", "dcm",
                                                   "dicom", "scp", "xml"};

bool is_recording(const fs::path& path) {
  const std::string ending = extension_of(path.filename().string());
  if (ending == "hea") return true;
  return std::find(std::begin(kSingleFileEndings), std::end(kSingleFileEndings), ending) !=
         std::end(kSingleFileEndings);
}

Result<Recording> read_single_file(const fs::path& path) {
  std::error_code failed;
  if (const auto size = fs::file_size(path, failed); !failed && size > kLargestFile) {
    return Error{ErrorCode::kTooLarge, "the file is larger than 2 GiB", "", path.string(), {}};
  }
  auto bytes = read_whole_file(path);
  if (!bytes) return bytes.error();
  FileSet files;
  files.files.push_back({path.filename().string(), *std::move(bytes)});
  return read_recording(files);
}

Result<Recording> read_file(const fs::path& path) {
  return path.extension() == ".hea" ? read_wfdb(path) : read_single_file(path);
}

}  // namespace

Result<RecordSource> folder_source(const fs::path& folder) {
  std::error_code failed;
  std::vector<fs::path> paths;
  for (fs::recursive_directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->is_regular_file() && is_recording(entry->path())) paths.push_back(entry->path());
  }
  if (failed || paths.empty()) {
    return Error{
        ErrorCode::kNotFound,
        failed ? failed.message() : "no ECG file in it",
        "name a folder with WFDB headers (.hea), EDF, DICOM, SCP or XML files, or use --simulate",
        folder.string(),
        {}};
  }
  std::sort(paths.begin(), paths.end());
  RecordSource source;
  source.description = "recordings of " + folder.filename().string();
  for (const fs::path& path : paths) {
    fs::path name = path.lexically_relative(folder);
    if (path.extension() == ".hea") name.replace_extension();
    source.names.push_back(name.generic_string());
  }
  source.read = [paths](std::size_t index) -> Result<SourceRecord> {
    auto recording = read_file(paths[index]);
    if (!recording) return recording.error();
    return SourceRecord{*std::move(recording), {}};
  };
  return source;
}

}  // namespace ecg
