#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "io/read_recording.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;

namespace {

Recording read(const FileSet& files) {
  auto recording = read_recording(files);
  INFO((recording ? std::string() : to_string(recording.error())));
  REQUIRE(recording);
  return std::move(recording).value();
}

std::vector<float> lead(const Recording& recording, std::size_t row) {
  const auto values = recording.signal.lead(row);
  return {values.begin(), values.end()};
}

bool any_contains(const std::vector<std::string>& texts, std::string_view part) {
  for (const std::string& text : texts) {
    if (text.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a record becomes millivolt by gain and baseline of each lead", "[wfdb][reader]") {
  const Recording recording = read(small_record());
  CHECK(recording.signal.sampling_rate_hz() == 250);
  CHECK(recording.signal.sample_count() == 3);
  CHECK(recording.signal.find(Lead::kII) == 1);
  CHECK(lead(recording, 0) == std::vector{0.1f, 0.2f, 0.3f});
  CHECK(lead(recording, 1) == std::vector{0.0f, 1.0f, 0.0f});
  CHECK(recording.calibrations[1].counts_per_mv == 200);
  CHECK(recording.calibrations[1].baseline == 1024);
  CHECK(recording.calibrations[1].resolution_bits == 12);
  CHECK(recording.calibrations[1].storage == "16");
  CHECK(recording.warnings.empty());
}

TEST_CASE("what the header says about the recording is kept", "[wfdb][reader]") {
  const Recording recording = read(small_record());
  CHECK(recording.info.record_name == "r");
  CHECK(recording.info.source_format == "WFDB");
  CHECK(recording.info.start_time == "1994-10-26T08:26:04");
  CHECK(recording.info.age_years == 51);
  CHECK(recording.info.sex == "female");
  CHECK(recording.info.comments.size() == 1);
  CHECK_FALSE(recording.info.patient_id.has_value());
}

TEST_CASE("microvolt and volt become millivolt, other units stay as they are", "[wfdb][reader]") {
  const auto bytes = bytes_16({1000, 1000, 1000, 90});
  const Recording recording =
      read(record("r 4 100 1\nr.dat 16 1/uV 16 0 0 1000 0 I\nr.dat 16 100000/V 16 0 0 1000 0 II\n"
                  "r.dat 16 1/\xB5V 16 0 0 1000 0 V1\nr.dat 16 1/mmHg 16 0 0 90 0 ABP\n",
                  bytes));
  REQUIRE(recording.signal.lead_count() == 3);
  CHECK(lead(recording, 0)[0] == 1.0f);
  CHECK(lead(recording, 1)[0] == 10.0f);
  CHECK(lead(recording, 2)[0] == 1.0f);
  CHECK(recording.calibrations[0].counts_per_mv == 1000);
  REQUIRE(recording.groups.size() == 1);
  CHECK(recording.groups[0].signal.lead(0)[0] == 90.0f);
  CHECK(recording.groups[0].calibrations[0].unit == "mmHg");
  CHECK(any_contains(recording.warnings, "mmHg"));
}

TEST_CASE("a record without voltages is kept whole, with a warning", "[wfdb][reader]") {
  const Recording recording =
      read(record("r 1 100 2\nr.dat 16 100/zscore 16 0 0 300 0 II\n", bytes_16({100, 200})));
  CHECK(lead(recording, 0) == std::vector{1.0f, 2.0f});
  CHECK(recording.groups.empty());
  CHECK(any_contains(recording.warnings, "zscore"));
}

TEST_CASE("missing samples are NaN", "[wfdb][reader]") {
  const Recording recording =
      read(record("r 1 100 3\nr.dat 16 100 16 0 0 0 0 II\n", bytes_16({-32768, -32767, 5})));
  CHECK(std::isnan(lead(recording, 0)[0]));
  CHECK(lead(recording, 0)[1] == -327.67f);
  CHECK(lead(recording, 0)[2] == 0.05f);
}

TEST_CASE("a wrong checksum is a warning, a right one is none", "[wfdb][reader]") {
  FileSet files = small_record();
  files.files[1].bytes[0] ^= 1;
  const Recording recording = read(files);
  REQUIRE(recording.warnings.size() == 1);
  CHECK(any_contains(recording.warnings, "checksum of signal 1 (I)"));
}

TEST_CASE("format 8 sums differences from the initial value", "[wfdb][reader]") {
  const Recording recording =
      read(record("r 1 100 3\nr.dat 8 100 12 0 50 0 0 II\n", {0, 10, 0xFB}));
  CHECK(lead(recording, 0) == std::vector{0.5f, 0.6f, 0.55f});
}

TEST_CASE("signals may come from several files, from an offset and with a MATLAB ending",
          "[wfdb][reader]") {
  FileSet files{
      {{"x/r.hea", bytes_of("r 2 100 2\nr.mat 16+3 100 16 0 0 3 0 I\nr.d1 80 100 8 0 0 0 0 II\n")},
       {"x/r.d1", {129, 127}},
       {"x/r.mat", {9, 9, 9, 1, 0, 2, 0}}}};
  const Recording recording = read(files);
  CHECK(lead(recording, 0) == std::vector{0.01f, 0.02f});
  CHECK(lead(recording, 1) == std::vector{0.01f, -0.01f});
}

TEST_CASE("skew moves a signal earlier and leaves its end missing", "[wfdb][reader]") {
  const Recording recording =
      read(record("r 2 100 3\nr.dat 16:2 100 16 0 0 0 0 I\nr.dat 16 100 16 0 0 0 0 II\n",
                  bytes_16({1, 10, 2, 20, 3, 30})));
  CHECK(lead(recording, 0)[0] == 0.03f);
  CHECK(std::isnan(lead(recording, 0)[1]));
  CHECK(std::isnan(lead(recording, 0)[2]));
  CHECK(lead(recording, 1) == std::vector{0.1f, 0.2f, 0.3f});
}

TEST_CASE("signals of another rate are kept apart at their own rate", "[wfdb][reader]") {
  const Recording recording =
      read(record("r 3 100 2\nr.dat 16x2 100 16 0 0 0 0 I\nr.dat 16 100 16 0 0 0 0 RESP\nr.dat "
                  "16x2 100 16 0 0 0 0 II\n",
                  bytes_16({1, 2, 50, 11, 12, 3, 4, 60, 13, 14})));
  CHECK(recording.signal.sampling_rate_hz() == 200);
  CHECK(lead(recording, 0) == std::vector{0.01f, 0.02f, 0.03f, 0.04f});
  CHECK(lead(recording, 1) == std::vector{0.11f, 0.12f, 0.13f, 0.14f});
  REQUIRE(recording.groups.size() == 1);
  CHECK(recording.groups[0].signal.sampling_rate_hz() == 100);
  CHECK(recording.groups[0].signal.lead(0)[1] == 0.6f);
}

TEST_CASE("without a stated length the file tells it", "[wfdb][reader]") {
  const Recording recording =
      read(record("r 2 100\nr.dat 212 100\nr.dat 212 100\n", {1, 0, 2, 3, 0, 4}));
  CHECK(recording.signal.sample_count() == 2);
  CHECK(lead(recording, 1) == std::vector{0.02f, 0.04f});
  CHECK(display_name(recording.signal.leads()[0]) == "signal 1");
}

TEST_CASE("annotations are put on the time base of the signal", "[wfdb][reader]") {
  const Recording recording = read(small_record());
  REQUIRE(recording.annotations.size() == 2);
  CHECK(recording.annotations[0].sample == 1);
  CHECK(recording.annotations[0].symbol == "N");
  CHECK(recording.annotations[1].sample == 2);
  CHECK(recording.annotations[1].text == "(N");

  FileSet late = small_record();
  late.files[2].bytes[2] = 9;  // 1 + 9: after the end
  const Recording shorter = read(late);
  CHECK(shorter.annotations.size() == 1);
  CHECK(any_contains(shorter.warnings, "after the end"));

  FileSet finer = record("r 1 100 2\nr.dat 16x4 100\n", bytes_16({1, 2, 3, 4, 5, 6, 7, 8}));
  finer.files.push_back({"r.atr", {0x01, 0x04, 0, 0}});
  CHECK(read(finer).annotations.at(0).sample == 4);  // frame 1
}

TEST_CASE("annotation files of single leads belong to their lead", "[wfdb][reader]") {
  FileSet files = small_record();
  files.files[2].name = "r.ii";
  files.files.push_back({"r.v1", {0x02, 0x04, 0, 0}});  // a lead that the record lacks
  const Recording recording = read(files);
  REQUIRE(recording.annotations.size() == 3);
  CHECK(recording.annotations[0].lead == 1);
  CHECK_FALSE(recording.annotations[2].lead.has_value());
}

TEST_CASE("of several annotators .atr is shown and the other is named", "[wfdb][reader]") {
  FileSet files = small_record();
  files.files.push_back({"r.qrs", {0x01, 0x14, 0, 0}});
  const Recording recording = read(files);
  CHECK(recording.annotations.size() == 2);
  CHECK(recording.annotations[0].symbol == "N");
  CHECK(any_contains(recording.warnings, "r.qrs"));
}

TEST_CASE("annotations that cannot be read do not take the signal away", "[wfdb][reader]") {
  FileSet files = small_record();
  files.files[2].bytes = {1};
  const Recording recording = read(files);
  CHECK(recording.signal.sample_count() == 3);
  CHECK(any_contains(recording.warnings, "annotations were not read"));
}

TEST_CASE("Frank leads of the PTB database are recognised", "[wfdb][reader]") {
  const Recording recording =
      read(record("r 1 100 1\nr.dat 16 100 16 0 0 1 0 vx\n", bytes_16({1})));
  CHECK(recording.signal.find(Lead::kX) == 0);
}
