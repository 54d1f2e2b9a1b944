#include "io/wfdb_segments.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "io/read_recording.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;

namespace {

/// A gap of 1, two segments with different signals and gains, matched by name through the layout.
FileSet variable_layout() {
  return {
      {{"m.hea", bytes_of("m/4 3 100 4\nm_layout 0\n~ 1\nm_1 2\nm_2 1\n")},
       {"m_layout.hea", bytes_of("m_layout 3 100 0\n~ 0 1/mV 0 0 0 0 0 II\n~ 0 1/mV 0 0 0 0 0 V\n~ "
                                 "0 1/mmHg 0 0 0 0 0 ABP\n")},
       {"m_1.hea",
        bytes_of(
            "m_1 2 100 2\nm_1.dat 16 100/mV 16 0 0 0 0 V\nm_1.dat 16 10/mmHg 16 0 0 0 0 ABP\n")},
       {"m_1.dat", bytes_16({100, 800, 200, 900})},
       {"m_2.hea",
        bytes_of("m_2 2 100 1\nm_2.dat 16 200/mV 16 0 0 0 0 II\nm_2.dat 16 200/mV 16 0 0 0 0 V\n")},
       {"m_2.dat", bytes_16({100, 600})}}};
}

FileSet fixed_layout() {
  return {{{"m.hea", bytes_of("m/3 1 100 4\nm_1 2\n~ 1\nm_2 1\n")},
           {"m_1.hea", bytes_of("m_1 1 100 2\nm_1.dat 16 100/mV 16 0 0 3 0 II\n")},
           {"m_1.dat", bytes_16({1, 2})},
           {"m_2.hea", bytes_of("m_2 1 100 1\nm_2.dat 16 100/mV 16 0 0 3 0 II\n")},
           {"m_2.dat", bytes_16({3})}}};
}

/// Missing samples as -99 so that lists compare.
std::vector<float> lead(const Signal& signal, std::size_t row) {
  std::vector<float> values(signal.lead(row).begin(), signal.lead(row).end());
  for (float& value : values) value = std::isnan(value) ? -99.0f : value;
  return values;
}

Error refuse(const FileSet& files) {
  const auto recording = read_recording(files);
  REQUIRE_FALSE(recording.has_value());
  CHECK_FALSE(recording.error().hint.empty());
  return recording.error();
}

void replace(FileSet& files, std::size_t file, std::string_view from, std::string_view to) {
  std::string text(files.files[file].bytes.begin(), files.files[file].bytes.end());
  REQUIRE(text.find(from) != std::string::npos);
  text.replace(text.find(from), from.size(), to);
  files.files[file].bytes = bytes_of(text);
}

}  // namespace

TEST_CASE("segments of a fixed layout follow each other, gaps are missing", "[wfdb][segments]") {
  const auto recording = read_recording(fixed_layout());
  REQUIRE(recording);
  CHECK(recording->info.record_name == "m");
  CHECK(lead(recording->signal, 0) == std::vector{0.01f, 0.02f, -99.0f, 0.03f});
  CHECK(recording->calibrations[0].counts_per_mv == 100);
  CHECK(recording->warnings.empty());
}

TEST_CASE("segments of a variable layout are matched by name", "[wfdb][segments]") {
  const auto recording = read_recording(variable_layout());
  REQUIRE(recording);
  REQUIRE(recording->signal.lead_count() == 2);
  CHECK(lead(recording->signal, 0) == std::vector{-99.0f, -99.0f, -99.0f, 0.5f});
  CHECK(lead(recording->signal, 1) == std::vector{-99.0f, 1.0f, 2.0f, 3.0f});
  REQUIRE(recording->groups.size() == 1);
  CHECK(lead(recording->groups[0].signal, 0) == std::vector{-99.0f, 80.0f, 90.0f, -99.0f});
  bool told = false;  // V has 100 counts per mV in the first segment and 200 in the second
  for (const std::string& warning : recording->warnings)
    told |= warning.find("baseline of V changes") != std::string::npos;
  CHECK(told);
}

TEST_CASE("segments that contradict the record are refused", "[wfdb][segments]") {
  FileSet files = fixed_layout();
  files.files.erase(files.files.begin() + 3);
  CHECK(refuse(files).code == ErrorCode::kMissingFile);
  files = fixed_layout();
  files.files.erase(files.files.begin() + 2);
  CHECK(refuse(files).code == ErrorCode::kMissingFile);
  files = fixed_layout();
  replace(files, 1, "m_1 1 100 2", "m_1 1 200 2");  // another rate
  CHECK(refuse(files).code == ErrorCode::kInconsistent);
  files = fixed_layout();
  replace(files, 1, "m_1 1 100 2", "m_1 1 100 1");  // another length
  CHECK(refuse(files).code == ErrorCode::kInconsistent);
  files = fixed_layout();
  replace(files, 1, "/mV", "/mmHg");  // another unit than the segment after it
  CHECK(refuse(files).code == ErrorCode::kInconsistent);
  files = fixed_layout();
  replace(files, 1, "m_1 1 100 2", "m_1/1 1 100 2");  // segments within a segment
  CHECK(refuse(files).code == ErrorCode::kInconsistent);
}

TEST_CASE("gaps and repeated segments cannot grow without bound", "[wfdb][segments]") {
  FileSet files = fixed_layout();
  replace(files, 0, "~ 1", "~ 9000000000000000000");
  CHECK(refuse(files).code == ErrorCode::kTooLarge);
  replace(files, 0, "m_1 2", "~ 9000000000000000000\nm_1 2");
  replace(files, 0, "m/3", "m/4");  // the sum no longer fits 64 bits
  CHECK(refuse(files).code == ErrorCode::kTooLarge);
  FileSet gaps = fixed_layout();
  gaps.files[0].bytes = bytes_of("m/1 1 100 4\n~ 4\n");
  gaps.files.resize(1);
  CHECK(refuse(gaps).code == ErrorCode::kInsufficientData);
}

TEST_CASE("every truncation of a record of segments is survived", "[wfdb][segments][hostile]") {
  for (const FileSet& whole : {fixed_layout(), variable_layout()}) {
    for (std::size_t file = 0; file < whole.files.size(); ++file) {
      for (std::size_t size = 0; size < whole.files[file].bytes.size(); ++size) {
        FileSet cut = whole;
        cut.files[file].bytes.resize(size);
        const auto recording = read_recording(cut);
        if (!recording && recording.error().message.empty())
          FAIL(cut.files[file].name << " cut to " << size);
      }
    }
  }
  SUCCEED();
}
