#include "corpus/record_source.h"

#include <algorithm>
#include <sstream>

#include "core/file_set.h"
#include "corpus/csv_table.h"
#include "corpus/files.h"
#include "io/read_recording.h"
#include "synth/simulate.h"

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

}  // namespace

Result<RecordSource> wfdb_source(const fs::path& folder) {
  std::error_code failed;
  std::vector<fs::path> headers;
  for (fs::recursive_directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->is_regular_file() && entry->path().extension() == ".hea") {
      headers.push_back(entry->path());
    }
  }
  if (failed || headers.empty()) {
    return Error{ErrorCode::kNotFound, failed ? failed.message() : "no WFDB header (.hea) in it",
                 "name a folder with WFDB records, or use --simulate", folder.string(), {}};
  }
  std::sort(headers.begin(), headers.end());
  RecordSource source;
  source.description = "WFDB records of " + folder.filename().string();
  for (const fs::path& header : headers) {
    source.names.push_back(header.lexically_relative(folder).replace_extension().generic_string());
  }
  source.read = [headers](std::size_t index) { return read_wfdb(headers[index]); };
  return source;
}

RecordSource simulated_source(std::uint64_t seed, std::size_t count, double duration_s) {
  RecordSource source;
  source.description =
      "simulator, seed " + std::to_string(seed) + ", " + std::to_string(count) + " sinus rhythms";
  source.licence = "made by this program; no data of people";
  for (std::size_t i = 0; i < count; ++i) {
    source.names.push_back("simulated/" + std::to_string(seed) + "/" + std::to_string(i));
  }
  source.read = [seed, duration_s](std::size_t index) -> Result<Recording> {
    SimulationOptions options;
    options.seed = seed;
    options.index = index;
    options.duration_s = duration_s;
    auto simulation = simulate(options);
    if (!simulation) return simulation.error();
    return std::move(simulation->recording);
  };
  return source;
}

Result<std::map<std::string, std::string>> read_patient_table(const fs::path& file,
                                                              const std::string& record_column,
                                                              const std::string& patient_column) {
  const auto table = read_csv_table(file);
  if (!table) return table.error();
  const auto record = table->column(record_column);
  if (!record) return record.error();
  const auto patient = table->column(patient_column);
  if (!patient) return patient.error();
  std::map<std::string, std::string> patients;
  for (const auto& row : table->rows) patients[std::string(stem_of(row[*record]))] = row[*patient];
  return patients;
}

}  // namespace ecg
