// DICOM waveform files built element by element, whole and damaged.
#include "io/dicom_reader.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "hostile.h"
#include "io/read_recording.h"
#include "io/recording_checks.h"
#include "made_dicom.h"
#include "made_zip.h"
#include "support/test_data.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;
using namespace ecg::test::made_dicom;
using Catch::Approx;

namespace {

void check_content(const Result<Recording>& recording) {
  REQUIRE(recording.has_value());
  CHECK(recording->info.source_format == "DICOM");
  CHECK(recording->info.start_time == "2002-03-02T08:26:04");
  CHECK(recording->info.sex == "female");
  CHECK(recording->info.age_years == 51);
  CHECK(recording->info.identity.patient_name == "Doe^Jane");
  CHECK(recording->info.statements == std::vector<std::string>{"Sinus rhythm"});
  REQUIRE(recording->signal.lead_count() == 2);
  CHECK(recording->signal.leads()[0].lead == Lead::kI);
  CHECK(recording->signal.leads()[1].lead == Lead::kIII);  // by code, not by its wrong name
  CHECK(recording->signal.leads()[1].name == "wrong");
  const auto first = recording->signal.lead(0);
  REQUIRE(first.size() == 3);
  CHECK(first[0] == 0.55f);  // 100 x 2.5 x 2 + 50 uV
  CHECK(std::isnan(first[1]));
  CHECK(first[2] == 0.05f);
  CHECK(recording->signal.lead(1)[1] == -1.0f);
  CHECK(recording->calibrations[0].counts_per_mv == Approx(200));
  CHECK(recording->calibrations[0].baseline == Approx(-10));
  CHECK(recording->calibrations[0].resolution_bits == 12);
  REQUIRE(recording->groups.size() == 1);
  CHECK(recording->groups[0].name == "MEDIAN BEAT");
}

}  // namespace

TEST_CASE("a DICOM waveform says the same in every transfer syntax", "[dicom]") {
  check_content(read_recording(dicom(kExplicit, {true, false})));
  check_content(read_recording(dicom("1.2.840.10008.1.2", {false, false})));
  check_content(read_recording(dicom("1.2.840.10008.1.2.2", {true, true})));
}

TEST_CASE("a DICOM file needs neither preamble nor file meta information", "[dicom]") {
  check_content(read_recording(dicom(kExplicit, {}, false)));
  check_content(read_recording({{{"y", bytes_of(Writer{}.dataset())}}}));
  check_content(read_recording({{{"y", bytes_of(Writer{false, false}.dataset())}}}));
}

TEST_CASE("a deflated DICOM file is the same; a cut or bloated one is refused", "[dicom]") {
  const std::string meta = std::string(128, '\0') + "DICM" +
                           Writer{}.element(0x00020010, "UI", "1.2.840.10008.1.2.1.99");
  const auto file_of = [&](const std::string& dataset) {
    auto bytes = bytes_of(meta);
    const auto packed = made_zip::deflated(bytes_of(dataset));
    bytes.insert(bytes.end(), packed.begin(), packed.end());
    return NamedBytes{"x.dcm", std::move(bytes)};
  };
  const NamedBytes whole = file_of(Writer{}.dataset());
  check_content(read_recording({{whole}}));
  for (std::size_t size = meta.size(); size < whole.bytes.size(); ++size) {
    FileSet cut{{whole}};
    cut.files[0].bytes.resize(size);
    CHECK_FALSE(read_recording(cut).has_value());
  }
  const auto bomb = read_recording({{file_of(std::string(8 << 20, ' '))}});
  REQUIRE_FALSE(bomb.has_value());
  CHECK(bomb.error().code == ErrorCode::kTooLarge);
}

TEST_CASE("DICOM files without a waveform, or in another syntax, say so", "[dicom]") {
  const auto picture =
      read_recording({{{"y", bytes_of(Writer{}.element(0x00080070, "LO", "Maker"))}}});
  REQUIRE_FALSE(picture.has_value());
  CHECK(picture.error().code == ErrorCode::kNotFound);
  const auto jpeg = read_recording(dicom("1.2.840.10008.1.2.4.50", {}));
  REQUIRE_FALSE(jpeg.has_value());
  CHECK(jpeg.error().code == ErrorCode::kUnsupported);
}

TEST_CASE("every truncation of a DICOM file is an error", "[dicom][hostile]") {
  require_truncations_refused(dicom(kExplicit, {}), {.first_size = 133});
}

TEST_CASE("damaged DICOM files do no harm", "[dicom][hostile]") {
  require_damage_survived(
      {dicom(kExplicit, {true, false}), dicom("1.2.840.10008.1.2", {false, false}),
       dicom("1.2.840.10008.1.2.2", {true, true})},
      20000, 12);
}

TEST_CASE("the DICOM files at hand open and their limb leads fit", "[dicom]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  for (const char* name :
       {"dicom/anonymous_ecg.dcm", "dicom/test_ecg.dcm", "ecgtoolkit_examples/Example.dcm"}) {
    const auto recording = read_recording(read_files({*data / "formats" / name}));
    INFO(name << ": " << (recording ? "" : to_string(recording.error())));
    REQUIRE(recording.has_value());
    CHECK(recording->signal.lead_count() == 12);
    const RecordingChecks checks = check_recording(*recording);
    CHECK(checks.missing_samples == 0);  // Example.dcm states the ordinary value 0 as padding
    const auto residual = checks.limb_lead_residual_mv;
    REQUIRE(residual.has_value());
    CHECK(*residual < 0.02);
  }
}
