#include "corpus/header_diagnoses.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "corpus/files.h"
#include "io/wfdb_comments.h"
#include "io/wfdb_header.h"

namespace ecg {
namespace {

namespace fs = std::filesystem;

// Files below `folder` that `wanted` takes, by path.
template <typename Wanted>
Result<std::vector<fs::path>> files_below(const fs::path& folder, const Wanted& wanted) {
  std::error_code failed;
  std::vector<fs::path> paths;
  for (fs::recursive_directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->is_regular_file() && wanted(entry->path())) paths.push_back(entry->path());
  }
  if (failed) {
    return Error{
        ErrorCode::kNotFound, failed.message(), "name the data set's folder", folder.string(), {}};
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// "164890007, 427084000": prose may hold commas, and stays whole where it is read; codes do not.
std::vector<std::string> codes_of(const std::vector<std::string>& statements) {
  std::vector<std::string> codes;
  for (const std::string& statement : statements) {
    codes.emplace_back();
    for (const char c : statement) {
      if (c == ',')
        codes.emplace_back();
      else if (c != ' ')
        codes.back() += c;
    }
  }
  std::erase(codes, "");
  return codes;
}

}  // namespace

Result<std::vector<HeaderDiagnoses>> read_header_diagnoses(const fs::path& folder,
                                                           std::size_t& unreadable) {
  const auto paths = files_below(folder, [](const fs::path& p) { return p.extension() == ".hea"; });
  if (!paths) return paths.error();
  std::vector<HeaderDiagnoses> found;
  unreadable = 0;
  for (const fs::path& path : *paths) {
    const auto bytes = read_whole_file(path);
    if (!bytes) return bytes.error();
    const auto header = parse_wfdb_header(
        {reinterpret_cast<const char*>(bytes->data()), bytes->size()}, path.filename().string());
    if (!header) {
      ++unreadable;
      continue;
    }
    RecordingInfo info;
    read_wfdb_comments(header->comments, info);
    fs::path name = path.lexically_relative(folder);
    found.push_back({name.replace_extension().generic_string(), codes_of(info.statements)});
  }
  if (found.empty()) {
    return Error{ErrorCode::kNotFound,
                 "no WFDB header in it",
                 "name the folder that the data set was unpacked in",
                 folder.string(),
                 {}};
  }
  return found;
}

Result<fs::path> find_file(const fs::path& folder, const std::string& name) {
  const auto paths = files_below(folder, [&](const fs::path& p) { return p.filename() == name; });
  if (!paths) return paths.error();
  if (!paths->empty()) return paths->front();
  return Error{ErrorCode::kMissingFile,
               "there is no " + name + " in the folder or below",
               "name the folder that the data set was unpacked in",
               folder.string(),
               {}};
}

}  // namespace ecg
