// HL7 aECG by hand, damaged, and from real files; the same ECG as aECG and as DICOM.

#include "io/hl7_aecg.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "hostile.h"
#include "io/hl7_time.h"
#include "io/read_recording.h"
#include "io/recording_checks.h"
#include "made_hl7.h"
#include "support/test_data.h"

using namespace ecg;
using namespace ecg::test;
using namespace ecg::test::made_hl7;
using Catch::Approx;

namespace {

Recording read(const NamedBytes& file) {
  auto recording = read_recording({{file}});
  if (!recording) FAIL(to_string(recording.error()));
  return std::move(*recording);
}

ErrorCode code_of(const NamedBytes& file) {
  const auto recording = read_recording({{file}});
  REQUIRE_FALSE(recording.has_value());
  CHECK_FALSE(recording.error().hint.empty());
  return recording.error().code;
}

}  // namespace

TEST_CASE("HL7 times: months, leap days, fractions, zones", "[io][aecg]") {
  CHECK(seconds_of_hl7_time("19700101") == 0);
  CHECK(seconds_of_hl7_time("20000301000000") == 951868800);
  CHECK(seconds_of_hl7_time("20040229120000") == 1078056000);
  CHECK(seconds_of_hl7_time("19700101000000.250") == 0.25);
  CHECK(seconds_of_hl7_time("19700101013000+0130") == 0);
  CHECK(seconds_of_hl7_time("19700101000000-0100") == 3600);
  for (const char* bad : {"", "1970", "19701301", "1970010100000", "19700101000000+1", "abcdefgh"})
    CHECK_FALSE(seconds_of_hl7_time(bad).has_value());
  CHECK(iso_of_hl7_time("20021122091000.5") == "2002-11-22T09:10:00");
  CHECK(iso_of_hl7_time("19530508") == "1953-05-08");
}

TEST_CASE("an aECG by hand: samples, times, marks, statements", "[io][aecg]") {
  const Recording recording = read(document(kSet + kAnnotations));
  const Signal& signal = recording.signal;
  CHECK(signal.sampling_rate_hz() == 250);
  REQUIRE(signal.lead_count() == 2);
  CHECK(signal.leads()[1].lead == Lead::kII);
  REQUIRE(signal.sample_count() == 3);
  CHECK(signal.lead(0)[0] == Approx(0.005));
  CHECK(signal.lead(0)[1] == Approx(0.000).margin(1e-9));
  CHECK(signal.lead(0)[2] == Approx(0.015));
  CHECK(signal.lead(1)[2] == Approx(0.0125));
  CHECK(recording.calibrations[0].counts_per_mv == 400);
  CHECK(recording.calibrations[0].baseline == -2);
  // 4 ms and 12 ms after the first sample, across midnight; the second is the end: the last sample.
  REQUIRE(recording.annotations.size() == 2);
  CHECK(recording.annotations[0].sample == 1);
  CHECK(recording.annotations[0].symbol == "(");
  CHECK(recording.annotations[0].text == "T");
  CHECK(recording.annotations[0].number == 2);
  CHECK(recording.annotations[0].lead == std::size_t{1});
  CHECK(recording.annotations[1].sample == 2);
  CHECK(recording.info.statements == std::vector<std::string>{"Sinus"});
  REQUIRE(recording.info.measurements.size() == 1);
  CHECK(recording.info.measurements[0] ==
        FileMeasurement{"MDC_ECG_TIME_PD_QT (beat 1)", 396, "ms"});
  CHECK(recording.info.patient_id == "S7");
  CHECK(recording.info.sex == "female");
  CHECK(recording.info.identity.patient_name == "Doe");
  CHECK(recording.info.identity.birth_date == "1953-05-08");
  CHECK(recording.warnings.empty());
}

TEST_CASE("every series and sequence set of an aECG is kept apart", "[io][aecg]") {
  const std::string other = set(time_axis("20020301000010") + lead("V1", "9 8"));
  const Recording recording = read(document(
      kSet + other + "<derivation><derivedSeries><code code=\"REPRESENTATIVE_BEAT\"/>" +
      set(time_axis("20020301000000", "ms") + lead("I", "1")) + "</derivedSeries></derivation>"));
  CHECK(recording.signal.lead_count() == 2);
  REQUIRE(recording.groups.size() == 2);
  CHECK(recording.groups[0].name == "RHYTHM 2");
  CHECK(recording.groups[0].signal.sample_count() == 2);
  CHECK(recording.groups[1].name == "REPRESENTATIVE_BEAT");
  CHECK(recording.groups[1].signal.sampling_rate_hz() == Approx(250000));
}

TEST_CASE("an aECG whose elements carry a prefix is read alike", "[io][aecg]") {
  const NamedBytes plain = document(kSet);
  std::string text;
  for (std::size_t i = 0; i < plain.bytes.size(); ++i) {
    const char c = static_cast<char>(plain.bytes[i]);
    text += c;
    if (c == '<' && plain.bytes[i + 1] == '/') text += '/', ++i;
    if (c == '<' && plain.bytes[i + 1] != '?') text += "h:";
  }
  const Recording recording = read({"made.xml", {text.begin(), text.end()}});
  CHECK(recording.signal.sample_count() == 3);
  CHECK(recording.info.patient_id == "S7");
}

TEST_CASE("what an aECG must state", "[io][aecg]") {
  const std::string time = time_axis("20020301");
  CHECK(code_of(document("")) == ErrorCode::kInsufficientData);
  CHECK(code_of(document(set(time))) == ErrorCode::kInsufficientData);
  CHECK(code_of(document(set(time + lead("I", " ")))) == ErrorCode::kInsufficientData);
  CHECK(code_of(document(set(lead("I", "1")))) == ErrorCode::kBadHeader);
  CHECK(code_of(document(set(time_axis("2002", "Hz") + lead("I", "1")))) == ErrorCode::kBadHeader);
  CHECK(code_of(document(set(time + lead("I", "1", "")))) == ErrorCode::kBadHeader);
  CHECK(code_of(document(set(time + lead("I", "1",
                                         "<origin value=\"1\" unit=\"mV\"/><scale "
                                         "value=\"1\" unit=\"uV\"/>")))) == ErrorCode::kBadHeader);
  CHECK(code_of(document(set(time + lead("I", "1 x 2")))) == ErrorCode::kBadValue);
  CHECK(code_of(document(set(time + lead("I", "1 2") + lead("II", "1")))) ==
        ErrorCode::kInconsistent);
  const Recording odd =
      read(document(set(time + lead("I", "3", "<scale value=\"2\" unit=\"mmHg\"/>"))));
  CHECK(odd.signal.lead(0)[0] == 6);
  CHECK(odd.warnings.size() == 1);
}

TEST_CASE("cut and damaged aECGs are errors or recordings, never more", "[io][aecg]") {
  const FileSet good{{document(kSet + kAnnotations)}};
  require_truncations_refused(good, {.read = read_hl7_aecg});
  require_damage_survived({good}, 2000, 11, {.read = read_hl7_aecg});
}

TEST_CASE("real aECGs open; one without series says so", "[io][aecg][real]") {
  const auto data = data_folder();
  if (!data) SKIP("the folder of real ECGs (EINTHOVEN_DATA) is absent");
  const auto folder = *data / "formats" / "hl7_aecg";
  for (const char* name : {"ecg_hl7.xml", "subject1_0.xml"}) {
    const Recording recording = read(read_files({folder / name}).files.front());
    CHECK(recording.signal.lead_count() == 12);
    CHECK(recording.signal.sample_count() == 5000);
    CHECK(recording.signal.sampling_rate_hz() == 500);
    CHECK(recording.annotations.size() > 50);
    CHECK(recording.groups.size() == 1);
  }
  const char* minimal[] = {"minimum_aecg.xml", "minimum_aecg_nouuid.xml",
                           "minimum_aecg_effectiveTime_low.xml"};
  for (const char* name : minimal)
    CHECK(read(read_files({folder / name}).files.front()).signal.sample_count() == 13);
  CHECK(code_of(read_files({folder / "empty.xml"}).files.front()) == ErrorCode::kInsufficientData);
}

TEST_CASE("the same ECG as aECG and as DICOM has the same samples", "[io][aecg][real]") {
  const auto data = data_folder();
  if (!data) SKIP("the folder of real ECGs (EINTHOVEN_DATA) is absent");
  const auto folder = *data / "formats" / "ecgtoolkit_examples";
  const Recording aecg = read(read_files({folder / "Example.xml"}).files.front());
  const Recording dicom = read(read_files({folder / "Example.dcm"}).files.front());
  REQUIRE(aecg.signal.sampling_rate_hz() == dicom.signal.sampling_rate_hz());
  REQUIRE(aecg.signal.sample_count() == dicom.signal.sample_count());
  double worst_mv = 0;
  for (std::size_t row = 0; row < aecg.signal.lead_count(); ++row) {
    const auto other = dicom.signal.find(aecg.signal.leads()[row].lead);
    REQUIRE(other.has_value());
    const auto a = aecg.signal.lead(row), d = dicom.signal.lead(*other);
    for (std::size_t i = 0; i < a.size(); ++i)
      worst_mv =
          std::max(worst_mv, std::abs(static_cast<double>(a[i]) - static_cast<double>(d[i])));
  }
  INFO("largest difference in mV: " << worst_mv);
  CHECK(worst_mv < 1e-6);
}
