// How long a 10-s recording of 12 leads takes to open; run by name, because a busy machine would
// fail it: io_test "[speed]", and in Node: node io_test.js "[speed]".

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdio>
#include <string>

#include "io/csv_writer.h"
#include "io/dicom_writer.h"
#include "io/edf_writer.h"
#include "io/read_recording.h"
#include "io/wfdb_writer.h"
#include "support/test_data.h"

using namespace ecg;
using namespace ecg::test;

namespace {

constexpr double kLongestMs = 5;

/// The fastest of several readings.
double fastest_ms(const FileSet& files) {
  double fastest = 1e9;
  for (int i = 0; i < 25; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(read_recording(files).has_value());
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    fastest = std::min(fastest, took.count());
  }
  return fastest;
}

void check(const char* name, const FileSet& files) {
  const double ms = fastest_ms(files);
  std::printf("%-12s %7.3f ms\n", name, ms);
  INFO(name);
  CHECK(ms < kLongestMs);
}

}  // namespace

TEST_CASE("a 10-s recording of 12 leads opens within 5 ms", "[.][speed]") {
  std::vector<LeadLabel> labels;
  for (const Lead lead : kTwelveLeads) labels.push_back(label_of(lead));
  Recording recording;
  recording.signal = Signal(labels, 5000, 500);
  for (std::size_t i = 0; i < recording.signal.values().size(); ++i)
    recording.signal.values()[i] = static_cast<float>(static_cast<int>(i % 401) - 200) / 200;
  check("WFDB 16", wfdb_from_recording(recording, "r", 16).value());
  check("WFDB 212", wfdb_from_recording(recording, "r", 212).value());
  check("DICOM", {{{"x.dcm", dicom_from_recording(recording).value()}}});
  const std::string csv = csv_from_signal(recording.signal);
  check("CSV", {{{"x.csv", {csv.begin(), csv.end()}}}});
  check("EDF+", {{{"x.edf", edf_from_recording(recording).value()}}});
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  const auto folder = *data / "formats";
  check("SCP-ECG", read_files({folder / "ecgtoolkit_examples" / "Example.scp"}));
  check("HL7 aECG", read_files({folder / "ecgtoolkit_examples" / "Example.xml"}));
  check("GE MUSE XML", read_files({folder / "muse_xml" / "example1.xml"}));
  check("Philips XML", read_files({folder / "philips_sierra_xml" / "129DYPRG.XML"}));
  check("Schiller XML", read_files({folder / "schiller_xml" / "sample.xml"}));
  check("ISHNE, 96 s", read_files({folder / "ishne" / "ECG_P28.01.ecg"}));
}
