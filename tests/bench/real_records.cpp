#include "real_records.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "io/wfdb_reader.h"
#include "support/test_data.h"

namespace ecg::bench {
namespace fs = std::filesystem;
namespace {

long number_in(const std::string& name) {
  const auto first =
      std::find_if(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  return first == name.end() ? 0 : std::strtol(&*first, nullptr, 10);
}

/// LUDB's integers are microvolts; its gains and baselines are not those of the converter.
void undo_ludb_gains(Recording& recording) {
  for (std::size_t row = 0; row < recording.signal.lead_count(); ++row) {
    const Calibration& from = recording.calibrations[row];
    for (float& value : recording.signal.lead(row)) {
      const double count = static_cast<double>(value) * from.counts_per_mv + from.baseline;
      value = static_cast<float>(count / 1000);
    }
  }
}

}  // namespace

std::vector<RealRecord> read_database(const fs::path& folder, const std::string& database,
                                      std::size_t limit) {
  std::vector<fs::path> headers;
  for (const auto& entry : fs::recursive_directory_iterator(folder / database)) {
    if (entry.path().extension() == ".hea") headers.push_back(entry.path());
  }
  std::sort(headers.begin(), headers.end());
  std::vector<RealRecord> records;
  for (const fs::path& header : headers) {
    if (records.size() >= limit) break;
    const FileSet files = test::wfdb_files(header);
    if (files.files.empty()) continue;
    auto recording = read_wfdb(files, files.files.front());
    if (!recording) continue;
    const std::string name = header.stem().string();
    records.push_back({database, name, number_in(name), std::move(recording).value()});
    if (database == "ludb") undo_ludb_gains(records.back().recording);
  }
  return records;
}

std::vector<std::vector<std::string>> read_csv(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      rows.back().emplace_back();
    } else if (c == '\n' && !quoted) {
      rows.emplace_back(1);
    } else if (c != '\r') {
      rows.back().back() += c;
    }
  }
  return rows;
}

}  // namespace ecg::bench
