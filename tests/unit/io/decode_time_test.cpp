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
#include "io/npy_writer.h"
#include "io/read_recording.h"
#include "io/wfdb_writer.h"
#include "made_edf.h"
#include "made_mat.h"
#include "made_mfer.h"
#include "made_zip.h"
#include "support/test_data.h"

using namespace ecg;
using namespace ecg::test;

namespace {

constexpr double kLongestMs = 5;

/// The fastest of several readings.
double fastest_ms(const FileSet& files, const ReadOptions& options) {
  double fastest = 1e9;
  for (int i = 0; i < 25; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(read_recording(files, options).has_value());
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    fastest = std::min(fastest, took.count());
  }
  return fastest;
}

void check(const char* name, const FileSet& files, const ReadOptions& options = {}) {
  const double ms = fastest_ms(files, options);
  std::printf("%-16s %7.3f ms\n", name, ms);
  INFO(name);
  CHECK(ms < kLongestMs);
}

/// 12 leads x 10 s.
Recording recording_of_ten_seconds() {
  std::vector<LeadLabel> labels;
  for (const Lead lead : kTwelveLeads) labels.push_back(label_of(lead));
  Recording recording;
  recording.signal = Signal(labels, 5000, 500);
  for (std::size_t i = 0; i < recording.signal.values().size(); ++i)
    recording.signal.values()[i] = static_cast<float>(static_cast<int>(i % 401) - 200) / 200;
  return recording;
}

/// As many counts as it has samples.
std::vector<int> counts() {
  std::vector<int> all(60000);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int>(i * 7919 % 4001) - 2000;
  return all;
}

FileSet mfer() {
  const made_mfer::Writer w;
  const std::string samples = w.samples(counts());
  std::string leads;
  for (int i = 0; i < 12; ++i)
    leads += made_mfer::of_channel(i, made_mfer::tag(0x09, w.number(i < 2 ? i + 1 : i + 60, 2)));
  return {{made_mfer::file(
      made_mfer::tag(0x01, std::string(1, '\0')) + made_mfer::tag(0x04, w.number(5000, 4)) +
      made_mfer::tag(0x05, w.number(12, 1)) + made_mfer::tag(0x06, w.number(1, 2)) +
      made_mfer::tag(0x0B, w.quantity(1, -3, 2)) + made_mfer::tag(0x0C, w.quantity(0, -6, 5)) +
      leads + "\x1E\x84" + w.number(static_cast<std::int64_t>(samples.size()), 4) + samples)}};
}

FileSet matlab_5(bool compressed) {
  const made_mat::Writer w;
  const std::string matrix = w.matrix("val", 12, counts());
  return w.file((compressed ? made_mat::compressed(matrix) : matrix) + w.matrix("fs", 1, {500}) +
                w.text("units", "uV"));
}

/// Ten records of a second.
FileSet bdf() {
  const made_edf::Column lead{"ECG I", "uV", "-262144", "262143", "-8388608", "8388607", "500"};
  std::string text = made_edf::header_of(std::vector(12, lead), "24BIT", "10", "1");
  text.replace(0, 8,
               "\xFF"
               "BIOSEMI");
  for (const int count : counts())
    text += made_mat::Writer{}.number(static_cast<std::uint32_t>(count), 3);
  return {{{"x.bdf", bytes_of(text)}}};
}

FileSet zip_of(const FileSet& files) {
  std::vector<made_zip::Made> entries;
  for (const NamedBytes& file : files.files) entries.push_back({file.name, file.bytes, true});
  return {{made_zip::archive(entries)}};
}

}  // namespace

TEST_CASE("a 10-s recording of 12 leads opens within 5 ms", "[.][speed]") {
  const Recording recording = recording_of_ten_seconds();
  check("WFDB 16", wfdb_from_recording(recording, "r", 16).value());
  check("WFDB 212", wfdb_from_recording(recording, "r", 212).value());
  check("DICOM", {{{"x.dcm", dicom_from_recording(recording).value()}}});
  const std::string csv = csv_from_signal(recording.signal);
  check("CSV", {{{"x.csv", {csv.begin(), csv.end()}}}});
  check("EDF+", {{{"x.edf", edf_from_recording(recording).value()}}});
  check("BDF", bdf());
  check("MFER", mfer());
  check("MATLAB 5", matlab_5(false));
  check("MATLAB 5, packed", matlab_5(true));
  const std::string npy = npy_from_signal(recording.signal);
  check("NumPy", {{{"x.npy", {npy.begin(), npy.end()}}}}, {.sampling_rate_hz = 500, .unit = "mV"});
  check("ZIP of WFDB 16", zip_of(wfdb_from_recording(recording, "r", 16).value()));
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
