// GE MUSE XML by hand and from real files; base64; XML that must be refused.

#include "io/muse_xml.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "hostile.h"
#include "io/base64.h"
#include "io/read_recording.h"
#include "io/recording_checks.h"
#include "made_muse.h"
#include "support/test_data.h"

using namespace ecg;
using namespace ecg::test;
using namespace ecg::test::made_muse;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;

namespace {

Error error_of(const NamedBytes& file) {
  const auto recording = read_muse_xml({{file}}, file);
  REQUIRE_FALSE(recording.has_value());
  CHECK_FALSE(recording.error().hint.empty());
  return recording.error();
}

}  // namespace

TEST_CASE("base64 by the vectors of RFC 4648, and what is none", "[io][base64]") {
  const auto text = [](std::string_view encoded) {
    const auto bytes = bytes_from_base64(encoded);
    return bytes ? std::string(bytes->begin(), bytes->end()) : std::string("none");
  };
  CHECK(text("").empty());
  CHECK(text("Zg==") == "f");
  CHECK(text("Zm8=") == "fo");
  CHECK(text(" Zm9v\r\nYmFy\t") == "foobar");
  for (const char* bad : {"Z", "Zg", "Zg=", "Zg===", "Z===", "====", "Zg==Zg==", "Z=g=", "Zm9!"})
    CHECK(text(bad) == "none");
  CHECK(base64_from_bytes(std::vector<std::uint8_t>{}).empty());
  CHECK(base64_from_bytes(std::vector<std::uint8_t>{'f'}) == "Zg==");
  CHECK(base64_from_bytes(std::vector<std::uint8_t>{'f', 'o'}) == "Zm8=");
  CHECK(base64_from_bytes(std::vector<std::uint8_t>{0xFB, 0xFF, 0xFE, 0x00}) == "+//+AA==");
}

TEST_CASE("a MUSE file made by hand decodes to its counts", "[io][muse]") {
  const NamedBytes file = whole();
  REQUIRE(is_muse_xml(file));
  const auto recording = read_muse_xml({{file}}, file);
  REQUIRE(recording.has_value());
  const Signal& signal = recording->signal;
  REQUIRE(signal.lead_count() == 6);
  CHECK(signal.sampling_rate_hz() == 250);
  const double i[] = {100, -1}, ii[] = {256, -32768};
  for (std::size_t k = 0; k < 2; ++k) {
    const double expected[] = {
        i[k], ii[k], ii[k] - i[k], -(i[k] + ii[k]) / 2, i[k] - ii[k] / 2, ii[k] - i[k] / 2};
    for (std::size_t row = 0; row < 6; ++row) {
      CHECK(static_cast<double>(signal.lead(row)[k]) == Approx(expected[row] * 0.00488));
      CHECK(signal.leads()[row].lead == kTwelveLeads[row]);
    }
  }
  REQUIRE(recording->warnings.size() == 1);
  CHECK_THAT(recording->warnings[0], ContainsSubstring("III, aVR, aVL, aVF are not stored"));
  REQUIRE(recording->groups.size() == 1);
  CHECK(recording->groups[0].name == "Median");
  CHECK(recording->groups[0].signal.lead_count() == 1);
  CHECK(recording->info.statements == std::vector<std::string>{"Sinus rhythm"});
  CHECK(recording->info.measurements == std::vector<FileMeasurement>{{"QRSDuration", 96, "ms"}});
  CHECK(recording->info.identity.patient_name == "Doe, Jane");
  CHECK(recording->info.start_time == "2015-03-28T10:11:12");
  CHECK(recording->info.age_years == 61);
  CHECK(recording->info.sex == "female");
  CHECK(recording->info.patient_id == "P1");
}

TEST_CASE("a MUSE file in UTF-16 is the same recording", "[io][muse]") {
  NamedBytes wide{"made.xml", {0xFF, 0xFE}};
  for (const std::uint8_t byte : whole().bytes) {
    wide.bytes.push_back(byte);
    wide.bytes.push_back(0);
  }
  const auto recording = read_recording({{wide}});
  REQUIRE(recording.has_value());
  CHECK(recording->signal.lead_count() == 6);
}

TEST_CASE("what contradicts itself or lacks something is refused", "[io][muse]") {
  CHECK(error_of(document("")).code == ErrorCode::kInsufficientData);
  CHECK(error_of(document(waveform("Rhythm", ""))).code == ErrorCode::kInsufficientData);
  CHECK(error_of(document(waveform("Rhythm", lead("I", "ZAA=", 2)))).code ==
        ErrorCode::kInconsistent);
  CHECK(error_of(document(waveform("Rhythm", kLeads + lead("V1", "ZAA=", 1)))).code ==
        ErrorCode::kInconsistent);
  CHECK(error_of(document(waveform("Rhythm", lead("I", "Z", 1)))).code == ErrorCode::kBadValue);
  CHECK(error_of(document(waveform("Rhythm", lead("", "ZAA=", 1)))).code == ErrorCode::kBadHeader);
  CHECK(error_of(document("<Waveform>" + kLeads + "</Waveform>")).code == ErrorCode::kBadValue);
}

TEST_CASE("entity definitions and deep nesting are refused", "[io][muse]") {
  const NamedBytes bomb = document(
      waveform("Rhythm", kLeads),
      "<!DOCTYPE RestingECG [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\"><!ENTITY f SYSTEM \"f\">]>");
  CHECK(error_of(bomb).code == ErrorCode::kUnsupported);
  std::string open, close;
  for (int i = 0; i < 100000; ++i) {
    open += "<a>";
    close += "</a>";
  }
  CHECK(error_of(document(open + close)).code == ErrorCode::kTooLarge);
}

TEST_CASE("cut and damaged MUSE files are errors or recordings, never more", "[io][muse]") {
  require_truncations_refused({{whole()}}, {.read = read_muse_xml});
  require_damage_survived({{{whole()}}}, 2000, 7, {.read = read_muse_xml});
}

TEST_CASE("real MUSE files: twelve leads at 500 Hz, median beat apart", "[io][muse]") {
  const auto folder = data_folder();
  if (!folder) SKIP("real ECGs are not on this machine");
  for (const char* name : {"example1.xml", "example2.xml"}) {
    const NamedBytes file = read_files({*folder / "formats/muse_xml" / name}).files.front();
    REQUIRE(is_muse_xml(file));
    const auto recording = read_muse_xml({{file}}, file);
    REQUIRE(recording.has_value());
    CHECK(recording->signal.lead_count() == 12);
    CHECK(recording->signal.sample_count() == 5000);
    CHECK(recording->signal.sampling_rate_hz() == 500);
    REQUIRE(recording->groups.size() == 1);
    CHECK(recording->groups[0].signal.sample_count() == 600);
    CHECK(*check_recording(*recording).limb_lead_residual_mv < 1e-5);
  }
}
