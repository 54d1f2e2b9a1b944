// ISHNE Holter files made field by field, whole and damaged.
#include "io/ishne.h"

#include <catch2/catch_test_macros.hpp>

#include "hostile.h"
#include "io/read_recording.h"
#include "io/recording_checks.h"
#include "made_ishne.h"
#include "support/test_data.h"

using namespace ecg;
using namespace ecg::test;
using namespace ecg::test::made_ishne;

TEST_CASE("an ISHNE file by hand: samples, leads, the person, the recorder", "[ishne]") {
  const auto recording = read_recording({{signals(), beats()}});
  REQUIRE(recording.has_value());
  CHECK(recording->info.source_format == "ISHNE");
  CHECK(recording->info.record_name == "x");
  CHECK(recording->info.start_time == "2009-11-03T07:08:09");
  CHECK(recording->info.patient_id == "P-7");
  CHECK(recording->info.sex == "female");
  CHECK(recording->info.device == "Recorder");
  CHECK(recording->info.identity.patient_name == "Jane Doe");
  CHECK(recording->info.identity.birth_date == "1951-05-02");
  CHECK(recording->info.comments == std::vector<std::string>{"a note"});
  CHECK(recording->info.technical ==
        std::vector<NamedText>{{"pacemaker code", "2"}, {"quality code of lead 2", "3"}});
  CHECK(recording->signal.sampling_rate_hz() == 200);
  REQUIRE(recording->signal.lead_count() == 2);
  CHECK(recording->signal.leads()[0].lead == Lead::kII);
  CHECK(recording->signal.leads()[1].name == "bipolar 2");
  const auto first = recording->signal.lead(0), second = recording->signal.lead(1);
  CHECK(std::vector<float>(first.begin(), first.end()) == std::vector<float>{0.5f, 1.0f, -1.5f});
  CHECK(std::vector<float>(second.begin(), second.end()) ==
        std::vector<float>{-0.25f, 81.9175f, -81.92f});
  CHECK(recording->calibrations[1].counts_per_mv == 400);
  REQUIRE(recording->annotations.size() == 2);
  CHECK(recording->annotations[0].sample == 1);
  CHECK(recording->annotations[1].symbol == "V");
  CHECK(recording->annotations[1].text == "n");
  REQUIRE(recording->warnings.size() == 1);  // the beat behind the signal
}

TEST_CASE("ISHNE beats alone name the file they belong to", "[ishne]") {
  const auto refused = read_recording({{beats()}});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::kMissingFile);
  CHECK(refused.error().hint.find("x.ecg") != std::string::npos);
}

TEST_CASE("ISHNE headers that cannot be are refused; a wrong checksum is a warning", "[ishne]") {
  const struct {
    std::size_t at;
    std::uint8_t low, high;
    ErrorCode code;
  } cases[] = {{156, 0, 0, ErrorCode::kBadValue},    {156, 13, 0, ErrorCode::kBadValue},
               {272, 0, 0x80, ErrorCode::kBadValue}, {208, 0, 0, ErrorCode::kBadValue},
               {22, 0, 0, ErrorCode::kBadValue},     {22, 0xFF, 0xFF, ErrorCode::kBadValue},
               {14, 0, 0, ErrorCode::kTruncated},    {16, 0xFF, 0xFF, ErrorCode::kTruncated}};
  for (const auto& one : cases) {
    NamedBytes file = signals();
    file.bytes[one.at] = one.low;
    file.bytes[one.at + 1] = one.high;
    INFO(one.at);
    const auto refused = read_recording({{file}});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == one.code);
  }
  NamedBytes renamed = signals();
  renamed.bytes[30] = 'X';
  const auto read = read_recording({{renamed}});
  REQUIRE(read.has_value());
  CHECK(read->warnings.size() == 1);
}

TEST_CASE("cut and damaged ISHNE files do no harm", "[ishne][hostile]") {
  require_truncations_refused({{signals()}}, {.first_size = 8});
  require_damage_survived({{{signals(), beats()}}, {{signals()}}}, 20000, 21);
  FileSet both{{signals(), beats()}};
  for (std::size_t size = 8; size < both.files[1].bytes.size(); ++size) {
    FileSet cut = both;
    cut.files[1].bytes.resize(size);
    CHECK(survives(cut));
  }
}

TEST_CASE("the ISHNE recording at hand opens with its beats", "[ishne][real]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  const auto folder = *data / "formats" / "ishne";
  const auto recording =
      read_recording(read_files({folder / "ECG_P28.01.ecg", folder / "ECG_P28.01.ann"}));
  REQUIRE(recording.has_value());
  CHECK(recording->signal.lead_count() == 12);
  CHECK(recording->signal.sample_count() == 95573);
  CHECK(recording->signal.sampling_rate_hz() == 1000);
  CHECK(recording->annotations.size() == 97);
  CHECK(recording->warnings.empty());
  const auto residual = check_recording(*recording).limb_lead_residual_mv;
  REQUIRE(residual.has_value());
  CHECK(*residual < 0.02);
}
