// Every WFDB record of the real ECGs opens, or is refused for the reason known here.
// That the samples are right is shown by tools/golden/check_wfdb.py against wfdb-python.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <map>
#include <string>

#include "io/read_recording.h"
#include "io/recording_checks.h"
#include "io/text.h"
#include "io/wfdb_header.h"
#include "support/test_data.h"

using namespace ecg;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> headers_under(const fs::path& folder) {
  std::vector<fs::path> headers;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".hea") headers.push_back(entry.path());
  }
  std::sort(headers.begin(), headers.end());
  return headers;
}

/// The header, what it names, and annotations beside it.
FileSet files_of(const fs::path& header) {
  std::vector<fs::path> paths{header};
  const auto bytes = test::read_file(header);
  const auto parsed = parse_wfdb_header(text_of(bytes), "x");
  const auto add = [&](const fs::path& path) {
    if (fs::is_regular_file(path) && std::find(paths.begin(), paths.end(), path) == paths.end())
      paths.push_back(path);
  };
  if (parsed) {
    for (const auto& signal : parsed->signals) add(header.parent_path() / signal.file_name);
    for (const auto& segment : parsed->segments) {
      const fs::path part = header.parent_path() / (segment.record_name + ".hea");
      if (!fs::is_regular_file(part)) continue;
      add(part);
      const auto part_bytes = test::read_file(part);
      const auto part_header = parse_wfdb_header(text_of(part_bytes), "x");
      REQUIRE(part_header.has_value());
      for (const auto& signal : part_header->signals) add(part.parent_path() / signal.file_name);
    }
  }
  for (const char* ending : {".atr", ".i", ".ii", ".v6"})
    add(fs::path(header).replace_extension(ending));
  return test::read_files(paths);
}

struct Tally {
  int read = 0;
  std::map<ErrorCode, int> refused;
  int checksum_warnings = 0;
  std::size_t annotations = 0;
  double worst_residual_mv = 0;
};

Tally read_all(const fs::path& folder, std::size_t most = 100000) {
  Tally tally;
  auto headers = headers_under(folder);
  headers.resize(std::min(headers.size(), most));
  for (const fs::path& header : headers) {
    const auto recording = read_recording(files_of(header));
    if (!recording) {
      UNSCOPED_INFO(to_string(recording.error()));
      ++tally.refused[recording.error().code];
      continue;
    }
    ++tally.read;
    tally.annotations += recording->annotations.size();
    tally.worst_residual_mv = std::max(
        tally.worst_residual_mv, check_recording(*recording).limb_lead_residual_mv.value_or(0));
    for (const std::string& warning : recording->warnings)
      tally.checksum_warnings += warning.find("checksum") != std::string::npos;
  }
  return tally;
}

}  // namespace

TEST_CASE("real 12-lead records open with right checksums and leads that fit", "[real]") {
  const auto data = test::data_folder();
  if (!data) SKIP("the folder of real ECGs (EINTHOVEN_DATA) is absent");
  const Tally tally = read_all(*data / "ptbxl", 60);
  CHECK(tally.read == 60);
  CHECK(tally.refused.empty());
  CHECK(tally.checksum_warnings == 0);
  CHECK(tally.worst_residual_mv < 0.02);
}

TEST_CASE("real records in format 212 open with their annotations", "[real]") {
  const auto data = test::data_folder();
  if (!data) SKIP("the folder of real ECGs (EINTHOVEN_DATA) is absent");
  const Tally tally = read_all(*data / "mitdb", 3);
  CHECK(tally.read == 3);
  CHECK(tally.checksum_warnings == 0);
  CHECK(tally.annotations == 1874 + 2098 + 1824);  // records 101, 106, 108 (counts of wfdb-python)
}

TEST_CASE("annotations of single leads are attached", "[real]") {
  const auto data = test::data_folder();
  if (!data) SKIP("the folder of real ECGs (EINTHOVEN_DATA) is absent");
  const auto recording = read_recording(files_of(*data / "ludb" / "data" / "1.hea"));
  REQUIRE(recording.has_value());
  std::map<std::size_t, int> per_lead;
  for (const Annotation& annotation : recording->annotations) ++per_lead[annotation.lead.value()];
  CHECK(per_lead.size() == 3);
  CHECK(per_lead.contains(11));
}

TEST_CASE("MATLAB files of the challenges open", "[real]") {
  const auto data = test::data_folder();
  if (!data) SKIP("the folder of real ECGs (EINTHOVEN_DATA) is absent");
  const Tally tally = read_all(*data / "challenge");
  CHECK(tally.read == 70);
  CHECK(tally.refused.empty());
}

TEST_CASE("sample records of every WFDB variant open, or are refused for a stated reason",
          "[real]") {
  const auto data = test::data_folder();
  if (!data) SKIP("the folder of real ECGs (EINTHOVEN_DATA) is absent");
  const Tally tally = read_all(*data / "formats" / "wfdb");
  CHECK(tally.read == 42);
  // Three segments of s00001 without their .dat, and the record made of them; two layouts.
  CHECK(tally.refused ==
        std::map<ErrorCode, int>{{ErrorCode::kMissingFile, 4}, {ErrorCode::kInsufficientData, 2}});
}
