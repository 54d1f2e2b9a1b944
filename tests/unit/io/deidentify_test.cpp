// Nothing that a file says about a person is in what is written after de-identification: a marker
// is put at every place of files of every format, one place after another.

#include "io/deidentify.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <string>

#include "io/csv_writer.h"
#include "io/dicom_writer.h"
#include "io/edf_writer.h"
#include "io/npy_writer.h"
#include "io/read_recording.h"
#include "io/text.h"
#include "io/wfdb_annotation_writer.h"
#include "io/wfdb_writer.h"
#include "made_dicom.h"
#include "made_edf.h"
#include "made_hl7.h"
#include "made_ishne.h"
#include "made_mat.h"
#include "made_mfer.h"
#include "made_muse.h"
#include "made_philips.h"
#include "made_schiller.h"
#include "made_scp.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;

namespace {

constexpr std::string_view kMarker = "zQ7k";

void append(std::string& all, const std::optional<std::string>& text) {
  all += text.value_or("") + '\n';
}

void append_signal(std::string& all, const Signal& signal,
                   const std::vector<Calibration>& calibrations,
                   const std::vector<Annotation>& annotations) {
  for (const LeadLabel& label : signal.leads()) all += label.name + '\n';
  for (const Calibration& one : calibrations) all += one.unit + '\n' + one.storage + '\n';
  for (const Annotation& one : annotations) all += one.symbol + '\n' + one.text + '\n';
}

/// Every text that a recording holds.
std::string texts_of(const Recording& recording) {
  const RecordingInfo& info = recording.info;
  std::string all = info.record_name + '\n' + info.source_format + '\n';
  for (const auto* text :
       {&info.start_time, &info.sex, &info.patient_id, &info.device, &info.identity.patient_name,
        &info.identity.birth_date, &info.identity.institution, &info.identity.device_serial})
    append(all, *text);
  for (const auto* list : {&info.statements, &info.comments, &recording.warnings})
    for (const std::string& text : *list) all += text + '\n';
  for (const auto* list : {&info.identity.other, &info.technical})
    for (const NamedText& text : *list) all += text.name + '\n' + text.value + '\n';
  for (const FileMeasurement& one : info.measurements) all += one.name + '\n' + one.unit + '\n';
  append_signal(all, recording.signal, recording.calibrations, recording.annotations);
  for (const SignalGroup& group : recording.groups) {
    all += group.name + '\n';
    append_signal(all, group.signal, group.calibrations, group.annotations);
  }
  return all;
}

/// What every writer makes of a recording, one after the other.
std::string written(const Recording& recording) {
  std::string all = csv_from_signal(recording.signal) + npy_from_signal(recording.signal);
  const auto add = [&](const Result<std::vector<std::uint8_t>>& bytes) {
    if (bytes) all.append(bytes->begin(), bytes->end());
  };
  add(edf_from_recording(recording));
  add(dicom_from_recording(recording));
  add(wfdb_from_annotations(recording.annotations));
  if (const auto files = wfdb_from_recording(recording, recording.info.record_name)) {
    for (const NamedBytes& file : files->files) all.append(file.bytes.begin(), file.bytes.end());
  }
  return all;
}

bool has_marker(const std::string& text) {
  return lower_case(text).find(lower_case(kMarker)) != std::string::npos;
}

bool same_samples(const Signal& a, const Signal& b) {
  return a.sampling_rate_hz() == b.sampling_rate_hz() && a.values().size() == b.values().size() &&
         std::memcmp(a.values().data(), b.values().data(), 4 * a.values().size()) == 0;
}

bool same_samples(const Recording& a, const Recording& b) {
  return same_samples(a.signal, b.signal) &&
         std::equal(a.groups.begin(), a.groups.end(), b.groups.begin(), b.groups.end(),
                    [](const SignalGroup& x, const SignalGroup& y) {
                      return same_samples(x.signal, y.signal);
                    });
}

/// Puts the marker at each place of each file. Returns how often it was read as text.
int plant_everywhere(const FileSet& whole, const ReadOptions& options = {}) {
  const auto original = read_recording(whole, options);
  if (!original) FAIL(to_string(original.error()));
  int seen = 0;
  for (std::size_t file = 0; file < whole.files.size(); ++file) {
    const std::size_t size = whole.files[file].bytes.size();
    for (std::size_t at = 0; at + kMarker.size() <= size; ++at) {
      FileSet planted = whole;
      std::copy(kMarker.begin(), kMarker.end(),
                planted.files[file].bytes.begin() + static_cast<std::ptrdiff_t>(at));
      const auto read = read_recording(planted, options);
      // A marker among the samples is a waveform, not a text.
      if (!read || !same_samples(*read, *original)) continue;
      seen += has_marker(texts_of(*read));
      const Deidentified out = deidentified(*read);
      if (has_marker(texts_of(out.recording)) || has_marker(written(out.recording)))
        FAIL(whole.files[file].name << ": what stood at byte " << at << " is still there");
      for (const std::string& line : out.removed) CHECK_FALSE(has_marker(line));
    }
  }
  return seen;
}

/// SCP-ECG section 1 with every text field that is read.
FileSet scp_with_texts() {
  using namespace made_scp;
  std::string person;
  for (const std::uint32_t tag : {0u, 1u, 2u, 3u, 13u, 16u, 18u, 20u, 21u, 22u, 23u, 30u, 31u})
    person += number(tag, 1) + number(12, 2) + "Some text " + "x" + '\0';
  person += "\xFF";
  std::string statements =
      std::string(8, '\0') + number(1, 1) + number(1, 1) + number(15, 2) + "Sinus rhythm. " + '\0';
  return scp({{1, person},
              {3, lead_list(0, 2)},
              {6, data(2000, 0, false, number(5, 2) + number(6, 2))},
              {8, statements}});
}

}  // namespace

TEST_CASE("a marker anywhere in a file is in nothing that is written", "[io][deidentify]") {
  FileSet wfdb = small_record();
  wfdb.files[0].bytes = bytes_of(
      "r 2 250 3 08:26:04 26/10/1994\nr.dat 16 1000(0)/mV 16 0 100 600 0 lead of Jane Doe\n"
      "r.dat 16 200(1024)/mV 12 1024 1024 3272 0 II\n# <age>: 51 <sex>: F\n# Seen by Dr Who\n");
  CHECK(plant_everywhere(wfdb) > 20);
  CHECK(plant_everywhere(made_edf::edf_plus("EDF+C", "1")) > 100);
  for (const bool is_explicit : {true, false})
    CHECK(plant_everywhere(made_dicom::dicom(
              is_explicit ? made_dicom::kExplicit : "1.2.840.10008.1.2", {is_explicit, false})) >
          20);
  CHECK(plant_everywhere(scp_with_texts()) > 80);
  CHECK(plant_everywhere({{made_hl7::document(made_hl7::kSet + made_hl7::kAnnotations)}}) > 10);
  CHECK(plant_everywhere({{made_muse::whole()}}) > 10);
  CHECK(plant_everywhere({{made_philips::document(made_philips::xli())}}) > 40);
  CHECK(plant_everywhere({{made_schiller::document(made_schiller::kRhythm)}}) > 10);
  CHECK(plant_everywhere({{made_ishne::signals()}}) > 20);
  CHECK(plant_everywhere({{made_mfer::file(made_mfer::two_channels({true}))}}) > 20);
  const made_mat::Writer mat;
  CHECK(plant_everywhere(mat.file(made_mat::rich(mat))) > 5);
  CHECK(plant_everywhere({{{"x.csv", bytes_of("Name,\"Jane Doe\"\nDevice,Watch 12\nRemark: none\n"
                                              "Classification,Sinus\nSample Rate,500 Hz\n"
                                              "Unit,mV\nmy lead\n1\n2\n3\n")}}}) > 20);
}

TEST_CASE("the name of a file is not in what is written", "[io][deidentify]") {
  FileSet files = small_record();
  const std::string stem = "Doe_" + std::string(kMarker);
  for (NamedBytes& file : files.files) file.name = stem + file.name.substr(1);
  std::string header(files.files[0].bytes.begin(), files.files[0].bytes.end());
  for (std::size_t at = 0; (at = header.find("r.dat", at)) != std::string::npos; at += 5)
    header.replace(at, 1, stem), at += stem.size();
  files.files[0].bytes = bytes_of(stem + header.substr(1));
  const auto recording = read_recording(files);
  REQUIRE(recording.has_value());
  REQUIRE(has_marker(texts_of(*recording)));
  const Recording plain = deidentified(*recording, "case1").recording;
  CHECK_FALSE(has_marker(texts_of(plain) + written(plain)));
  CHECK(plain.info.record_name == "case1");
}

TEST_CASE("what the list allows stays", "[io][deidentify]") {
  Recording recording;
  recording.signal = Signal(
      {label_from_name("MDC_ECG_LEAD_II"), label_from_name("MLII"), label_from_name("Jane's lead")},
      4, 250);
  recording.signal.values()[5] = 0.25f;
  recording.calibrations = {{200, 3, 12, "mV", "212"}, {1, 0, 0, "Jane", "16"}, {}};
  recording.annotations = {{1, std::nullopt, "N", "", 0, 0},     {2, 1, "+", "(AFIB", 0, 0},
                           {2, 0, "V", "as Dr Who said", 0, 0},  {3, 0, "\"", "asleep", 0, 0},
                           {3, 0, "\"", "Recording ends", 0, 0}, {3, 0, "Jane", "", 0, 0}};
  recording.info.age_years = 51.7;
  recording.info.sex = "F";
  recording.info.measurements = {{"QRSDuration", 96, "ms"}, {"Jane's duration", 1, "ms"}};
  recording.info.technical = {{"low-pass filter", "150 Hz"}, {"low-pass filter", "Jane"}};
  recording.groups = {{"Median of Jane", Signal({label_of(Lead::kI)}, 1, 500), {}, {}}};
  const Deidentified out = deidentified(recording);
  const Recording& plain = out.recording;
  CHECK(plain.signal.leads()[0].lead == Lead::kII);
  CHECK(plain.signal.leads()[0].name == "II");
  CHECK(plain.signal.leads()[1].name == "MLII");
  CHECK(plain.signal.leads()[2].name == "lead 3");
  CHECK(plain.signal.values()[5] == 0.25f);
  CHECK(plain.calibrations[0].counts_per_mv == 200);
  CHECK(plain.calibrations[0].unit == "mV");
  CHECK(plain.calibrations[1].unit.empty());
  REQUIRE(plain.annotations.size() == 4);
  CHECK(plain.annotations[1].text == "(AFIB");
  CHECK(plain.annotations[2].symbol == "V");
  CHECK(plain.annotations[2].text.empty());
  CHECK(plain.info.age_years == 51);
  CHECK(plain.info.sex == "female");
  CHECK(plain.info.comments == std::vector<std::string>{"<age>: 51 <sex>: F"});
  CHECK(plain.info.measurements == std::vector<FileMeasurement>{{"QRSDuration", 96, "ms"}});
  CHECK(plain.info.technical == std::vector<NamedText>{{"low-pass filter", "150 Hz"}});
  CHECK(plain.groups[0].name == "median beat");
  CHECK(std::count(out.removed.begin(), out.removed.end(), "note or mark of one's own (2)") == 1);
  recording.info.age_years = 90;
  CHECK_FALSE(deidentified(recording).recording.info.age_years.has_value());
}
