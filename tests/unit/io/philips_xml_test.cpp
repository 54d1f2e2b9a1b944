// Philips ECG XML: XLI by hand, files made in the test, damaged and real ones.

#include "io/philips_xml.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "hostile.h"
#include "io/philips_xli.h"
#include "io/read_recording.h"
#include "io/recording_checks.h"
#include "made_philips.h"
#include "support/test_data.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;
using namespace ecg::test::made_philips;

namespace {

std::vector<int> counts_of(const Recording& recording, std::size_t lead) {
  std::vector<int> counts;
  for (const float mv : recording.signal.lead(lead))
    counts.push_back(static_cast<int>(std::lround(mv * 200)));
  return counts;
}

Recording read(const std::string& waveforms) {
  auto recording = read_recording({{document(waveforms)}});
  if (!recording) FAIL(to_string(recording.error()));
  return std::move(*recording);
}

ErrorCode code_of(const std::string& waveforms) {
  const auto recording = read_recording({{document(waveforms)}});
  REQUIRE_FALSE(recording.has_value());
  CHECK_FALSE(recording.error().hint.empty());
  return recording.error().code;
}

}  // namespace

TEST_CASE("codes of ten bits give strings, also the one that is just being made", "[io][philips]") {
  const auto text = [](const std::vector<std::uint32_t>& list, std::size_t most = 1000) {
    const auto bytes = expand_lzw10(codes(list), most);
    return bytes ? std::string(bytes->begin(), bytes->end()) : std::string("damaged");
  };
  CHECK(text({'A', 'B', 256, 258, 1023}) == "ABABABA");  // 256 = AB, 257 = BA, 258 = ABA
  CHECK(text({'A', 256, 257}) == "AAAAAA");
  CHECK(text({'A', 1023, 'B'}) == "A");
  CHECK(text({256}) == "damaged");
  CHECK(text({'A', 257}) == "damaged");
  CHECK(text({'A', 'B', 256}, 3) == "damaged");
  std::vector<std::uint32_t> full(900, 'A');  // the table is full after 767 strings
  full.push_back(1022);
  CHECK(text(full, 5000).size() == 902);
}

TEST_CASE("second differences of XLI, with a wrap at 16 bits", "[io][philips]") {
  // High bytes 0 0 0 0, low bytes 5 7 67 64: counts 5, 7, then 2x7 - 5 - 1 = 8, 2x8 - 7 - 3 = 6.
  const std::vector<std::uint8_t> bytes{0, 0, 0, 0, 5, 7, 67, 64};
  CHECK(counts_from_xli(bytes, 1) == std::vector<std::int16_t>{5, 7, 8, 6});
  const std::vector<std::uint8_t> high{0x00, 0x7F, 0, 0, 0xFF, 0};
  CHECK(counts_from_xli(high, 0) == std::vector<std::int16_t>{0, 32767, -2});  // 65534 wraps
  CHECK(counts_from_xli(std::vector<std::uint8_t>{1, 2, 3}, 0).empty());
}

TEST_CASE("a compressed file gives back its leads and what it says", "[io][philips]") {
  const Recording recording = read(xli());
  REQUIRE(recording.signal.lead_count() == 4);
  CHECK(recording.signal.sampling_rate_hz() == 500);
  CHECK(counts_of(recording, 0) == kOne);
  CHECK(counts_of(recording, 1) == kTwo);
  CHECK(counts_of(recording, 2) == std::vector<int>{90, 77, 62, 91, -31950, 32055});
  CHECK(counts_of(recording, 3) == std::vector<int>{-55, -51, -41, -15, -16025, 15973});
  const RecordingInfo& info = recording.info;
  CHECK(info.source_format == "Philips XML");
  CHECK(info.identity.patient_name == "Doe, Jane");
  CHECK(info.identity.device_serial == "SN7");
  CHECK(info.identity.institution == "Clinic");
  CHECK(info.start_time == "2010-01-19T15:19:22");
  CHECK(info.sex == "female");
  CHECK(info.age_years == 50);
  CHECK(info.statements == std::vector<std::string>{"Sinus rhythm: rate 60"});
  CHECK(info.measurements ==
        std::vector<FileMeasurement>{{"qrsdur", 84, "ms"}, {"qtint", 352, "ms"}});
}

TEST_CASE("plain and uncompressed waveforms hold the leads themselves", "[io][philips]") {
  const Recording text = read(plain("1 2 3 4\n-5 6 7 8\t9 10 11 12 "));
  CHECK(counts_of(text, 1) == std::vector<int>{-5, 6, 7, 8});
  CHECK(counts_of(text, 2) == std::vector<int>{9, 10, 11, 12});
  const std::string encoded = base64({1, 0, 2, 0, 0xFF, 0xFF, 3, 0, 4, 0, 5, 0});
  const Recording integers =
      read("<parsedwaveforms dataencoding=\"Base64\" leadlabels=\"I II\">" + encoded +
           "</parsedwaveforms><repbeats samplespersec=\"250\" resolution=\"2.5\"><repbeat "
           "leadname=\"V1\">"
           "<waveform duration=\"8\">" +
           base64({4, 0, 8, 0}) + "</waveform></repbeat></repbeats>");
  CHECK(counts_of(integers, 0) == std::vector<int>{1, 2, -1});
  REQUIRE(integers.groups.size() == 1);
  CHECK(integers.groups[0].name == "representative beat");
  CHECK(integers.groups[0].signal.sampling_rate_hz() == 250);
  CHECK(integers.groups[0].signal.lead(0)[1] == 0.02f);
}

TEST_CASE("a calibration pulse at the end of all leads is kept apart", "[io][philips]") {
  std::string numbers;
  for (int lead = 0; lead < 3; ++lead) {
    for (int i = 0; i < 200; ++i) numbers += std::to_string(i * (lead + 1) % 17 + 1) + " ";
    for (int i = 0; i < 100; ++i) numbers += i >= 25 && i < 75 ? "200 " : "0 ";
  }
  const Recording recording = read(plain(numbers));
  CHECK(recording.signal.sample_count() == 200);
  REQUIRE(recording.groups.size() == 1);
  CHECK(recording.groups[0].name == "calibration pulse");
  CHECK(recording.groups[0].signal.lead(1)[50] == 1.0f);
  CHECK(recording.warnings.size() == 1);
}

TEST_CASE("Philips files that lack or contradict something are refused", "[io][philips]") {
  CHECK(code_of("") == ErrorCode::kInsufficientData);
  CHECK(code_of("<parsedwaveforms dataencoding=\"Plain\">1 2</parsedwaveforms>") ==
        ErrorCode::kBadHeader);
  CHECK(code_of(plain("1 2 x")) == ErrorCode::kInconsistent);
  CHECK(code_of(plain("1 2")) == ErrorCode::kInconsistent);
  CHECK(code_of("<parsedwaveforms dataencoding=\"Base64\" leadlabels=\"I\">!</parsedwaveforms>") ==
        ErrorCode::kBadValue);
  CHECK(code_of("<parsedwaveforms dataencoding=\"Base64\" compression=\"ZIP\" leadlabels=\"I\">"
                "AAAA</parsedwaveforms>") == ErrorCode::kUnsupported);
  std::string fewer = xli();
  fewer.replace(fewer.find("\"4\""), 3, "\"6\"");
  fewer.replace(fewer.find("III aVR"), 7, "III aVR V1 V2");
  CHECK(code_of(fewer) == ErrorCode::kInconsistent);
}

TEST_CASE("cut and damaged Philips files do no harm", "[io][philips][hostile]") {
  const FileSet one{{document(xli())}}, two{{document(plain("1 2 3 4 5 6"))}};
  require_truncations_refused(one, {.read = read_philips_xml});
  require_damage_survived({one, two}, 4000, 41, {.read = read_philips_xml});
}

TEST_CASE("real Philips files: limb leads fit, pulse and beats apart", "[io][philips][real]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  struct Wanted {
    const char* name;
    SampleIndex samples;
    std::size_t groups;
  };
  for (const auto& [name, samples, groups] :
       {Wanted{"129DYPRG.XML", 5264, 1}, Wanted{"3191723_ZZDEMOPTONLY_1-04_orig.xml", 5300, 2},
        Wanted{"ad4d3d80-d165_1-04_orig.xml", 5300, 2}}) {
    const auto recording =
        read_recording(read_files({*data / "formats" / "philips_sierra_xml" / name}));
    INFO(name << ": " << (recording ? "" : to_string(recording.error())));
    REQUIRE(recording.has_value());
    CHECK(recording->signal.lead_count() == 12);
    CHECK(recording->signal.sampling_rate_hz() == 500);
    CHECK(recording->signal.sample_count() == samples);
    CHECK(recording->groups.size() == groups);
    CHECK(*check_recording(*recording).limb_lead_residual_mv <= 0.0101);  // 2 counts of 5 uV
    CHECK_FALSE(recording->info.statements.empty());
    CHECK(recording->info.measurements.size() > 5);
  }
}

TEST_CASE("a Philips ECG and its conversion to aECG differ by 4 counts at most",
          "[io][philips][real]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  const auto folder = *data / "formats" / "philips_sierra_xml";
  const auto own = read_recording(read_files({folder / "ad4d3d80-d165_1-04_orig.xml"}));
  const auto aecg = read_recording(read_files({folder / "ad4d3d80-d165_1-04_converted.xml"}));
  REQUIRE(own.has_value());
  REQUIRE(aecg.has_value());
  // The converter wrote other samples than the device: up to 20 uV off in every lead.
  double worst_mv = 0;
  for (std::size_t row = 0; row < 12; ++row) {
    const auto other = aecg->signal.find(own->signal.leads()[row].lead);
    REQUIRE(other.has_value());
    for (std::size_t i = 0; i < 5300; ++i)
      worst_mv = std::max(worst_mv, std::abs(static_cast<double>(own->signal.lead(row)[i]) -
                                             static_cast<double>(aecg->signal.lead(*other)[i])));
  }
  INFO("largest difference in mV: " << worst_mv);
  CHECK(worst_mv < 0.0201);
}
