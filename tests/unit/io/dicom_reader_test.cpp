// DICOM waveform files built element by element, whole and damaged.
#include "io/dicom_reader.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "hostile.h"
#include "io/read_recording.h"
#include "io/recording_checks.h"
#include "support/test_data.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Approx;

namespace {

/// Writes elements in one transfer syntax.
struct Writer {
  bool is_explicit = true;
  bool big_endian = false;

  std::string number(std::uint32_t value, int size) const {
    std::string text;
    for (int i = 0; i < size; ++i) {
      const int shift = 8 * (big_endian ? size - 1 - i : i);
      text += static_cast<char>(value >> shift & 0xFF);
    }
    return text;
  }
  std::string tag(std::uint32_t tag) const {
    return number(tag >> 16, 2) + number(tag & 0xFFFF, 2);
  }

  std::string element(std::uint32_t at, const std::string& vr, std::string value) const {
    if (value.size() % 2 != 0) value += vr == "UI" ? '\0' : ' ';
    const auto size = static_cast<std::uint32_t>(value.size());
    if (!is_explicit) return tag(at) + number(size, 4) + value;
    const bool is_long = vr == "SQ" || vr == "OW" || vr == "OB";
    return tag(at) + vr + (is_long ? number(0, 2) + number(size, 4) : number(size, 2)) + value;
  }
  std::string sequence(std::uint32_t at, const std::vector<std::string>& items) const {
    std::string all;
    for (const std::string& item : items)
      all += tag(0xFFFEE000) + number(static_cast<std::uint32_t>(item.size()), 4) + item;
    return element(at, "SQ", all);
  }
  std::string samples(const std::vector<int>& values) const {
    std::string text;
    for (const int value : values) text += number(static_cast<std::uint32_t>(value), 2);
    return text;
  }

  std::string channel(const std::string& code, const std::string& meaning,
                      const std::string& sensitivity, const std::string& unit,
                      const std::string& correction, const std::string& baseline) const {
    const std::string source = element(0x00080100, "SH", code) + element(0x00080104, "LO", meaning);
    return sequence(0x003A0208, {source}) + element(0x003A0210, "DS", sensitivity) +
           sequence(0x003A0211, {element(0x00080100, "SH", unit)}) +
           element(0x003A0212, "DS", correction) + element(0x003A0213, "DS", baseline) +
           element(0x003A021A, "US", number(12, 2));
  }
  std::string group(const std::string& label, const std::string& rate,
                    const std::vector<int>& values) const {
    return element(0x003A0005, "US", number(2, 2)) +
           element(0x003A0010, "UL", number(static_cast<std::uint32_t>(values.size() / 2), 4)) +
           element(0x003A001A, "DS", rate) + element(0x003A0020, "SH", label) +
           sequence(kChannelTag, {channel("2:1", "Lead I", "2.5", "uV", "2", "50"),
                                  channel("5.6.3-9-61", "wrong", "0.005", "mV", "1", "0")}) +
           element(0x54001004, "US", number(16, 2)) + element(0x54001006, "CS", "SS") +
           element(0x5400100A, "OW", number(0x8000, 2)) +
           element(0x54001010, "OW", samples(values));
  }
  static constexpr std::uint32_t kChannelTag = 0x003A0200;

  std::string dataset() const {
    return element(0x0008002A, "DT", "20020302082604.000") + element(0x00080070, "LO", "Maker") +
           element(0x00100010, "PN", "Doe^Jane") + element(0x00100020, "LO", "MCH-7") +
           element(0x00100040, "CS", "F") + element(0x00101010, "AS", "051Y") +
           sequence(0x0040B020, {element(0x00700006, "ST", "Sinus rhythm")}) +
           sequence(0x54000100, {group("MEDIAN BEAT", "500", {7, 8}),
                                 group("RHYTHM", "500", {100, 200, -32768, -200, 0, 1000})});
  }
};

FileSet dicom(const std::string& syntax, const Writer& writer, bool preamble = true) {
  const std::string meta = Writer{}.element(0x00020010, "UI", syntax);
  return {{{"x.dcm", bytes_of((preamble ? std::string(128, '\0') + "DICM" : std::string()) + meta +
                              writer.dataset())}}};
}

const char* kExplicit = "1.2.840.10008.1.2.1";

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
  require_damage_survived({dicom(kExplicit, {true, false}),
                           dicom("1.2.840.10008.1.2", {false, false}),
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
