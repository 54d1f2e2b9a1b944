#include "cli/files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "cli/cli_error.h"
#include "io/formats.h"
#include "io/ishne.h"
#include "io/read_recording.h"
#include "io/text.h"
#include "io/wfdb_annotations.h"
#include "io/wfdb_header.h"

namespace ecg::cli {
namespace {

namespace fs = std::filesystem;

/// Collects files of one folder, each once, under their full path.
class Collection {
 public:
  explicit Collection(FileSet& files) : files_(files) {}

  /// Adds a file if it exists and is not there yet; returns it if it is new.
  const NamedBytes* add(const fs::path& path) {
    std::error_code ignored;
    if (!seen_.insert(path.lexically_normal().string()).second ||
        !fs::is_regular_file(path, ignored))
      return nullptr;
    files_.files.push_back(load_file(path.string()));
    return &files_.files.back();
  }

 private:
  FileSet& files_;
  std::set<std::string> seen_;
};

/// Adds a header, the files it names and, for several segments, theirs.
void add_record(Collection& collection, const fs::path& header_path) {
  const NamedBytes* header = collection.add(header_path);
  if (header == nullptr) return;
  const auto parsed = parse_wfdb_header(text_of(header->bytes), header->name);
  if (!parsed) return;  // read_recording says why
  for (const WfdbSignalSpec& signal : parsed->signals)
    collection.add(header_path.parent_path() / signal.file_name);
  for (const WfdbSegmentSpec& segment : parsed->segments) {
    if (segment.record_name != "~")
      add_record(collection, header_path.parent_path() / (segment.record_name + ".hea"));
  }
}

void add_annotations(Collection& collection, const fs::path& header_path) {
  std::vector<fs::path> paths;
  std::error_code ignored;
  const fs::path folder = header_path.has_parent_path() ? header_path.parent_path() : fs::path(".");
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const fs::path& path = entry.path();
    if (path.stem() == header_path.stem() && is_annotation_extension(extension_of(path.string()))) {
      paths.push_back(header_path.parent_path() / path.filename());
    }
  }
  std::sort(paths.begin(), paths.end());  // directories come in no order
  for (const fs::path& path : paths) collection.add(path);
}

}  // namespace

NamedBytes load_file(const std::string& path) {
  std::error_code failure;
  if (!fs::exists(path, failure)) {
    throw CliError(
        {ErrorCode::kMissingFile, "there is no such file", "check the path", path, std::nullopt});
  }
  if (fs::is_directory(path, failure)) {
    throw CliError({ErrorCode::kInvalidArgument, "this is a folder",
                    "name a file in it, for example its .hea", path, std::nullopt});
  }
  std::ifstream in(path, std::ios::binary);
  NamedBytes file{path, {std::istreambuf_iterator<char>(in), {}}};
  if (!in.is_open() || in.bad()) {
    throw CliError(
        {ErrorCode::kIo, "the file cannot be read", "check its permissions", path, std::nullopt});
  }
  return file;
}

/// The annotation file beside an ISHNE recording.
static void add_ishne_beats(const std::string& path, FileSet& files) {
  if (!recognises_ishne(files.files.front())) return;
  fs::path beats = path;
  beats.replace_extension(".ann");
  std::error_code ignored;
  if (fs::is_regular_file(beats, ignored)) files.files.push_back(load_file(beats.string()));
}

FileSet load_recording_files(const std::string& path) {
  FileSet files;
  fs::path header = path;
  if (extension_of(path) != "hea") {
    header.replace_extension(".hea");
    std::error_code ignored;
    // A signal file stands for its record; an EDF file beside a header of its name does not.
    const bool has_header = fs::is_regular_file(header, ignored);
    NamedBytes file = load_file(path);
    const std::string extension = extension_of(path);
    const bool is_part = extension == "dat" || extension == "mat";
    if (!has_header || (!is_part && format_of(file) != nullptr)) {
      files.files.push_back(std::move(file));
      add_ishne_beats(path, files);
      return files;
    }
  }
  Collection collection(files);
  if (!fs::exists(path)) load_file(path);  // throws
  add_record(collection, header);
  if (files.files.empty()) load_file(header.string());
  add_annotations(collection, header);
  return files;
}

Recording load_recording(const std::string& path, const ReadOptions& options) {
  return value_or_throw(read_recording(load_recording_files(path), options));
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) {
    throw CliError({ErrorCode::kIo, "the file cannot be written",
                    "check that the folder exists and may be written to", path, std::nullopt});
  }
}

}  // namespace ecg::cli
