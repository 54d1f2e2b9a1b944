// DICOM waveform objects written, taken apart and read again.
#include "io/dicom_writer.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "core/philox.h"
#include "io/dicom_dataset.h"
#include "io/dicom_elements.h"
#include "io/read_recording.h"
#include "support/test_data.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// Twelve leads and, behind, one of another name; counts of 4.88 uV about a baseline.
Recording thirteen_leads(SampleIndex samples = 5000, double rate_hz = 500) {
  std::vector<LeadLabel> labels;
  for (const Lead lead : kTwelveLeads) labels.push_back(label_of(lead));
  labels.push_back({Lead::kOther, "Artery"});
  Recording recording;
  recording.signal = Signal(labels, samples, rate_hz);
  RandomStream random({.seed = 8});
  const double counts_per_mv = 1000 / 4.88, baseline = -17;
  for (float& value : recording.signal.values()) {
    const int count = static_cast<int>(random.below(4096)) - 2048;
    value = static_cast<float>((count - baseline) / counts_per_mv);
  }
  recording.calibrations.assign(13, {counts_per_mv, baseline, 12, "uV", "SS"});
  recording.calibrations[12] = {20, 0, 12, "mmHg", "SS"};
  for (float& value : recording.signal.lead(12)) value = 5.25f;
  return recording;
}

Result<Recording> written_and_read(const Recording& recording) {
  auto bytes = dicom_from_recording(recording);
  if (!bytes) return bytes.error();
  return read_recording({{{"x.dcm", std::move(bytes).value()}}});
}

bool same_samples(const Signal& a, const Signal& b) {
  const auto same = [](float x, float y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  return a.lead_count() == b.lead_count() && std::equal(a.values().begin(), a.values().end(),
                                                        b.values().begin(), b.values().end(), same);
}

std::string class_of(const Recording& recording) {
  const auto bytes = dicom_from_recording(recording);
  REQUIRE(bytes);
  const NamedBytes file{"x", *bytes};
  const auto parsed = parse_dicom(file);
  REQUIRE(parsed);
  return parsed->dataset.text(0x00080016);
}

}  // namespace

TEST_CASE("elements are encoded as PS3.5 has them", "[dicom][writer]") {
  DicomElements all;
  all.text(0x00080060, "CS", "ECG");
  all.unsigned_short(0x003A0005, {258});
  all.decimal(0x003A0210, 4.88);
  const std::uint8_t word[] = {0x34, 0x12};
  all.other(0x54001010, "OW", word);
  DicomElements parent;
  parent.sequence(0x54000100, {all});
  const std::string text(parent.bytes().begin(), parent.bytes().end());
  const std::string inside = std::string("\x08\0\x60\0CS\4\0ECG ", 12) +
                             std::string("\x3A\0\x05\0US\2\0\2\1", 10) +
                             std::string("\x3A\0\x10\2DS\4\0", 8) + "4.88" +
                             std::string("\0\x54\x10\x10OW\0\0\2\0\0\0\x34\x12", 14);
  CHECK(text == std::string("\0\x54\0\1SQ\0\0\x38\0\0\0\xFE\xFF\0\xE0\x30\0\0\0", 20) + inside);
}

TEST_CASE("texts keep to their length, values to their 16 characters", "[dicom][writer]") {
  DicomElements all;
  all.text(0x00080070, "LO", "a\\b\n" + std::string(62, 'c'), 65);
  all.text(0x00081090, "LO", std::string(15, 'd') + "\xC3\xA9", 16);
  all.decimal(0x003A0210, -1.0 / 3e7);
  const NamedBytes file{"x", all.bytes()};
  const auto parsed = parse_dicom(file);
  REQUIRE(parsed);
  CHECK(parsed->dataset.text(0x00080070) == "a b " + std::string(61, 'c'));
  CHECK(parsed->dataset.text(0x00081090) == std::string(15, 'd'));
  CHECK(parsed->dataset.text(0x003A0210).size() <= 16);
  CHECK(std::fabs(parsed->dataset.number(0x003A0210).value_or(0) * -3e7 - 1) < 1e-9);
}

TEST_CASE("a DICOM waveform read again is the same recording", "[dicom][writer]") {
  Recording recording = thirteen_leads();
  recording.info.patient_id = "17";
  recording.info.sex = "male";
  recording.info.age_years = 51;
  recording.info.start_time = "2002-03-05T08:26:04";
  recording.info.identity.patient_name = "D\xC3\xB6^Jane";
  recording.info.identity.birth_date = "1951-05-02";
  recording.info.identity.device_serial = "SN 5";
  recording.info.statements = {"Sinus rhythm", "Normal ECG"};
  recording.info.measurements = {{"QRS duration", 92, "ms"}, {"heart rate", 61, "bpm"}};
  recording.annotations = {{7, std::nullopt, "\"", "R", 0, 0}, {4999, 3, "\"", "note", 0, 0}};
  SignalGroup median{"MEDIAN", Signal({label_of(Lead::kII)}, 600, 500), {}, {}};
  median.signal.lead(0)[5] = 0.25f;
  recording.groups = {median};
  const auto read = written_and_read(recording);
  REQUIRE(read);
  CHECK(read->warnings.size() == 1);  // mmHg is no voltage
  CHECK(same_samples(recording.signal, read->signal));
  CHECK(std::equal(recording.signal.leads().begin(), recording.signal.leads().end() - 1,
                   read->signal.leads().begin(),
                   [](const LeadLabel& a, const LeadLabel& b) { return a.lead == b.lead; }));
  CHECK(read->signal.leads()[12].name == "Artery");
  CHECK(read->calibrations[12].unit == "mmHg");
  CHECK(std::round(read->calibrations[0].baseline * 1e6) == -17e6);
  CHECK(read->info.patient_id == "17");
  CHECK(read->info.sex == "male");
  CHECK(read->info.age_years == 51);
  CHECK(read->info.start_time == recording.info.start_time);
  CHECK(read->info.identity.patient_name == recording.info.identity.patient_name);
  CHECK(read->info.identity.birth_date == "1951-05-02");
  CHECK(read->info.identity.device_serial == "SN 5");
  CHECK(read->info.statements == recording.info.statements);
  CHECK(read->info.measurements == recording.info.measurements);
  REQUIRE(read->annotations.size() == 2);
  CHECK(read->annotations[0].sample == 7);
  CHECK(read->annotations[0].text == "R");
  CHECK(read->annotations[1].sample == 4999);
  CHECK(read->annotations[1].lead == 3);
  REQUIRE(read->groups.size() == 1);
  CHECK(read->groups[0].name == "MEDIAN");
  CHECK(same_samples(read->groups[0].signal, median.signal));
}

TEST_CASE("missing samples are padding in DICOM, and -32768 can be a value", "[dicom][writer]") {
  Recording recording = thirteen_leads(100);
  recording.signal.lead(2)[0] = kNaN;
  recording.signal.lead(2)[99] = kNaN;
  const auto gaps = written_and_read(recording);
  REQUIRE(gaps);
  CHECK(same_samples(recording.signal, gaps->signal));
  Recording deep;
  deep.signal = Signal({label_of(Lead::kI)}, 3, 250);
  deep.signal.lead(0)[1] = -32.768f;
  const auto read = written_and_read(deep);
  REQUIRE(read);
  CHECK(read->signal.lead(0)[1] == -32.768f);
}

TEST_CASE("the object class follows rate, leads and length", "[dicom][writer]") {
  CHECK(class_of(thirteen_leads()) == "1.2.840.10008.5.1.4.1.1.9.1.1");
  CHECK(class_of(thirteen_leads(16385)) == "1.2.840.10008.5.1.4.1.1.9.1.2");
  Recording slow;
  slow.signal = Signal({label_of(Lead::kI)}, 3, 125);
  CHECK(class_of(slow) == "1.2.840.10008.5.1.4.1.1.9.1.3");
  slow.signal = Signal({label_of(Lead::kI)}, 3, 40);
  CHECK(dicom_from_recording(slow).error().code == ErrorCode::kUnsupported);
  CHECK(dicom_from_recording({}).error().code == ErrorCode::kInsufficientData);
  Recording high;
  high.signal = Signal({label_of(Lead::kI)}, 3, 500);
  high.signal.lead(0)[0] = 40;
  CHECK(dicom_from_recording(high).error().code == ErrorCode::kBadValue);
}

TEST_CASE("identifiers follow from the content", "[dicom][writer]") {
  const auto one = dicom_uid(bytes_16({1, 2}), "study");
  CHECK(one == dicom_uid(bytes_16({1, 2}), "study"));
  CHECK(one != dicom_uid(bytes_16({1, 3}), "study"));
  CHECK(one != dicom_uid(bytes_16({1, 2}), "series"));
  CHECK(one.starts_with("2.25."));
  CHECK(one.size() <= 64);
  CHECK(one.find_first_not_of("0123456789.") == std::string::npos);
}

TEST_CASE("real DICOM files keep every sample and group", "[dicom][writer]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  for (const char* name :
       {"dicom/anonymous_ecg.dcm", "dicom/test_ecg.dcm", "ecgtoolkit_examples/Example.dcm"}) {
    const auto recording = read_recording(read_files({*data / "formats" / name}));
    REQUIRE(recording);
    const auto read = written_and_read(*recording);
    INFO(name << ": " << (read ? "" : to_string(read.error())));
    REQUIRE(read);
    CHECK(same_samples(recording->signal, read->signal));
    REQUIRE(read->groups.size() == recording->groups.size());
    for (std::size_t i = 0; i < read->groups.size(); ++i)
      CHECK(same_samples(recording->groups[i].signal, read->groups[i].signal));
    CHECK(read->info.statements == recording->info.statements);
    CHECK(read->info.measurements == recording->info.measurements);
  }
}
