// Schiller XML made in the test, damaged and real.

#include "io/schiller_xml.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "hostile.h"
#include "io/read_recording.h"
#include "io/recording_checks.h"
#include "made_schiller.h"
#include "support/test_data.h"

using namespace ecg;
using namespace ecg::test;
using namespace ecg::test::made_schiller;

namespace {

ErrorCode code_of(const std::string& event) {
  const auto recording = read_recording({{document(event)}});
  REQUIRE_FALSE(recording.has_value());
  CHECK_FALSE(recording.error().hint.empty());
  return recording.error().code;
}

}  // namespace

TEST_CASE("a Schiller file gives rhythm, averages, marks and facts", "[io][schiller]") {
  const auto recording = read_recording({{document(
      wave("ECG_AVERAGES", channel("I", "1,1", 2)) + kRhythm +
      "<annotation_global><name>QRS</name><value>94</value></annotation_global>"
      "<annotation_global><name>BP_D</name><value>-</value></annotation_global>"
      "<rhythm_global><name>R_QRS_OFF</name><value>2</value><value>99</value></rhythm_global>"
      "<rhythm_global><name>R_QRS_ON</name><value>1</value></rhythm_global>"
      "<filters_data><filter><name>MAINS</name><value>50</value></filter></filters_data>"
      "<textdata><textdata>Normal ECG</textdata></textdata>")}});
  REQUIRE(recording.has_value());
  const Signal& signal = recording->signal;
  REQUIRE(signal.lead_count() == 2);
  CHECK(signal.leads()[1].lead == Lead::kAvr);
  CHECK(signal.sampling_rate_hz() == 500);
  CHECK(signal.lead(0)[1] == -0.02f);
  CHECK(recording->calibrations[0].counts_per_mv == 400);
  REQUIRE(recording->groups.size() == 1);
  CHECK(recording->groups[0].name == "ECG_AVERAGES");
  REQUIRE(recording->annotations.size() == 2);
  CHECK(recording->annotations[0].sample == 1);
  CHECK(recording->annotations[0].symbol == "(");
  CHECK(recording->annotations[0].number == 1);
  CHECK(recording->annotations[1].symbol == ")");
  const RecordingInfo& info = recording->info;
  CHECK(info.start_time == "2020-02-29T10:11:12");
  CHECK(info.identity.patient_name == "Doe, Jane");
  CHECK(info.identity.device_serial == "77");
  CHECK(info.device == "Schiller AT-10P");
  CHECK(info.sex == "female");
  CHECK(info.statements == std::vector<std::string>{"Normal ECG"});
  CHECK(info.measurements == std::vector<FileMeasurement>{{"QRS", 94, "ms"}});
  CHECK(info.technical == std::vector<NamedText>{{"notch filter", "50 Hz"}});
}

TEST_CASE("Schiller files that lack or contradict something are refused", "[io][schiller]") {
  CHECK(code_of("") == ErrorCode::kInsufficientData);
  CHECK(code_of(wave("ECG_RHYTHMS", "")) == ErrorCode::kInsufficientData);
  CHECK(code_of(wave("ECG_RHYTHMS", channel("I", "1", 1), "0")) == ErrorCode::kBadHeader);
  CHECK(code_of(wave("ECG_RHYTHMS", channel("", "1", 1))) == ErrorCode::kBadHeader);
  CHECK(code_of(wave("ECG_RHYTHMS", channel("I", "1,x", 2))) == ErrorCode::kBadValue);
  CHECK(code_of(wave("ECG_RHYTHMS", channel("I", "1,2", 3))) == ErrorCode::kInconsistent);
  CHECK(code_of(wave("ECG_RHYTHMS", channel("I", "1,2", 2) + channel("II", "1", 1))) ==
        ErrorCode::kInconsistent);
  std::string other = kRhythm;
  other.replace(other.find("COMMASEPARATE"), 13, "BASE64");
  CHECK(code_of(other) == ErrorCode::kUnsupported);
}

TEST_CASE("cut and damaged Schiller files do no harm", "[io][schiller][hostile]") {
  const FileSet whole{{document(wave("ECG_AVERAGES", channel("I", "1,1", 2)) + kRhythm)}};
  require_truncations_refused(whole, {.read = read_schiller_xml});
  require_damage_survived({whole}, 3000, 51, {.read = read_schiller_xml});
}

TEST_CASE("a real Schiller file opens and its limb leads fit", "[io][schiller][real]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  const auto recording = read_recording(read_files({*data / "formats/schiller_xml/sample.xml"}));
  INFO((recording ? "" : to_string(recording.error())));
  REQUIRE(recording.has_value());
  CHECK(recording->signal.lead_count() == 12);
  CHECK(recording->signal.sample_count() == 5000);
  CHECK(recording->signal.sampling_rate_hz() == 500);
  CHECK(recording->groups.size() == 1);
  CHECK(recording->annotations.size() == 44);
  CHECK(*check_recording(*recording).limb_lead_residual_mv < 0.003);
}
