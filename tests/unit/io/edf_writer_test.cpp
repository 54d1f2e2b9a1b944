// EDF+ files written, compared column by column and read again.
#include "io/edf_writer.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "core/philox.h"
#include "io/edf_header.h"
#include "io/edf_layout.h"
#include "io/read_recording.h"
#include "support/test_data.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;

namespace {

Recording two_leads(SampleIndex samples, double rate_hz, double counts_per_mv, double baseline) {
  Recording recording;
  recording.signal = Signal({label_of(Lead::kI), {Lead::kOther, "MLII"}}, samples, rate_hz);
  RandomStream random({.seed = 3});
  for (std::size_t row = 0; row < 2; ++row) {
    for (float& value : recording.signal.lead(row)) {
      const auto count = static_cast<int>(random.below(4000)) - 1000;
      value = static_cast<float>((count - baseline) / counts_per_mv);
    }
    recording.calibrations.push_back({counts_per_mv, baseline, 12, "mV", "16"});
  }
  return recording;
}

Result<Recording> read_bytes(const std::vector<std::uint8_t>& bytes) {
  return read_recording({{{"x.edf", bytes}}});
}

bool same_samples(const Recording& a, const Recording& b) {
  return a.signal.values().size() == b.signal.values().size() &&
         std::equal(a.signal.values().begin(), a.signal.values().end(), b.signal.values().begin());
}

std::string text_at(const std::vector<std::uint8_t>& bytes, std::size_t at, std::size_t size) {
  return {bytes.begin() + static_cast<std::ptrdiff_t>(at),
          bytes.begin() + static_cast<std::ptrdiff_t>(at + size)};
}

}  // namespace

TEST_CASE("the columns of a small EDF+ file are as the standard has them", "[edf][writer]") {
  Recording recording;
  recording.signal = Signal({label_of(Lead::kV1)}, 4, 4);
  const float values[] = {0.0f, 1.0f, -0.5f, 32.767f};
  std::copy(std::begin(values), std::end(values), recording.signal.values().begin());
  recording.info.patient_id = "MCH 7";
  recording.info.sex = "female";
  recording.info.start_time = "2002-03-05T08:26:04";
  recording.info.identity.birth_date = "1951-05-02";
  recording.info.identity.patient_name = "Doe Jane";
  recording.annotations = {{2, std::nullopt, "N", "", 0, 0}, {3, 0, "\"", "note", 0, 0}};
  const auto bytes = edf_from_recording(recording);
  REQUIRE(bytes);
  const auto text = [&](std::size_t at, std::size_t size) { return text_at(*bytes, at, size); };
  CHECK(text(0, 8) == "0       ");
  CHECK(text(8, 30) == "MCH_7 F 02-MAY-1951 Doe_Jane  ");
  CHECK(text(88, 30) == "Startdate 05-MAR-2002 X X X   ");
  CHECK(text(168, 16) == "05.03.0208.26.04");
  CHECK(text(184, 8) == "768     ");
  CHECK(text(192, 5) == "EDF+C");
  CHECK(text(236, 20) == "1       1       2   ");
  CHECK(text(256, 32) == "ECG V1          EDF Annotations ");
  CHECK(text(256 + 2 * 96, 16) == "mV              ");
  CHECK(text(256 + 2 * 104, 16) == "-32.768 -1      ");
  CHECK(text(256 + 2 * 112, 16) == "32.767  1       ");
  CHECK(text(256 + 2 * 120, 16) == "-32768  -32768  ");
  CHECK(text(256 + 2 * 128, 16) == "32767   32767   ");
  CHECK(text(256 + 2 * 216, 16) == "4       17      ");
  CHECK(text(768, 8) == std::string("\0\0\xE8\x03\x0C\xFE\xFF\x7F", 8));
  const std::string lists("+0\x14\x14\0+0.5\x14N\x14\0+0.75\x14note@@ECG V1\x14\0\0", 34);
  CHECK(text(776, 34) == lists);
  CHECK(bytes->size() == 768 + 8 + 34);
}

TEST_CASE("EDF+ read again is the same recording", "[edf][writer]") {
  Recording recording = two_leads(5000, 500, 200, 1024);
  recording.info.patient_id = "17";
  recording.info.start_time = "1996-01-02T03:04:05";
  recording.info.identity.birth_date = "1951-05-02";
  recording.info.technical = {{"prefilter of I", "HP:0.05Hz LP:150Hz"}};
  recording.annotations = {{17, std::nullopt, "\"", "R", 0, 0}, {4999, 1, "\"", "end", 0, 0}};
  const auto bytes = edf_from_recording(recording);
  REQUIRE(bytes);
  const auto read = read_bytes(*bytes);
  REQUIRE(read);
  CHECK(read->warnings.empty());
  CHECK(same_samples(recording, *read));
  CHECK(read->signal.sampling_rate_hz() == 500);
  CHECK(read->calibrations[1].counts_per_mv == 200);
  CHECK(read->calibrations[1].baseline == 1024);
  CHECK(read->signal.leads()[0].lead == Lead::kI);
  CHECK(read->signal.leads()[1].name == "MLII");
  CHECK(read->info.patient_id == "17");
  CHECK(read->info.start_time == recording.info.start_time);
  CHECK(read->info.identity.birth_date == "1951-05-02");
  CHECK(read->info.technical ==
        std::vector<NamedText>{{"prefilter of ECG I", "HP:0.05Hz LP:150Hz"}});
  REQUIRE(read->annotations.size() == 2);
  CHECK(read->annotations[0].sample == 17);
  CHECK(read->annotations[1].sample == 4999);
  CHECK(read->annotations[1].lead == 1);
  CHECK(read->annotations[1].text == "end");
}

TEST_CASE("every length comes back, also where no data record divides it", "[edf][writer]") {
  const struct {
    SampleIndex samples;
    double rate_hz;
    bool filled;
  } cases[] = {{1, 500, false},    {5003, 500, false},  {650, 360, true},  {5, 360, true},
               {3600, 360, false}, {7919, 1000, false}, {1001, 128, true}};
  for (const auto& one : cases) {
    const Recording recording = two_leads(one.samples, one.rate_hz, 1000, 0);
    INFO(one.samples << " at " << one.rate_hz);
    const auto bytes = edf_from_recording(recording);
    REQUIRE(bytes);
    const auto read = read_bytes(*bytes);
    REQUIRE(read);
    CHECK(read->signal.sample_count() == one.samples);
    CHECK(read->signal.sampling_rate_hz() == one.rate_hz);
    CHECK(same_samples(recording, *read));
    CHECK(read->warnings.size() == (one.filled ? 1u : 0u));
  }
}

TEST_CASE("odd rates and gains keep every count", "[edf][writer]") {
  for (const double gain : {1716.0, 204.8, 4093.3333333, 1000.0 / 4.88, -200.0, 0.5}) {
    const Recording recording = two_leads(2500, 1000.0 / 3, gain, 6);
    const auto bytes = edf_from_recording(recording);
    INFO(gain);
    REQUIRE(bytes);
    const auto read = read_bytes(*bytes);
    REQUIRE(read);
    CHECK(std::fabs(read->signal.sampling_rate_hz() / (1000.0 / 3) - 1) < 1e-9);
    for (std::size_t i = 0; i < 2500; ++i) {
      const double count = static_cast<double>(recording.signal.lead(0)[i]) * gain + 6;
      const Calibration& scale = read->calibrations[0];
      const double again =
          static_cast<double>(read->signal.lead(0)[i]) * scale.counts_per_mv + scale.baseline;
      if (std::round(count) != std::round(again)) FAIL("sample " << i);
    }
  }
}

TEST_CASE("limits are exact where eight characters allow it", "[edf][writer]") {
  const auto fine = edf_limits({1716, 6, "mV", 16}, -100, 100);
  REQUIRE(fine);
  const double low = std::stod(fine->physical_min), high = std::stod(fine->physical_max);
  CHECK((fine->digital_max - fine->digital_min) / (high - low) == 1716);
  CHECK(fine->physical_min.size() <= 8);
  const auto odd = edf_limits({1000.0 / 4.88, 0, "uV", 16}, -32000, 32000);
  REQUIRE(odd);
  CHECK(odd->unit == "uV");
  CHECK(odd->digital_min <= -32000);
  CHECK((odd->digital_min * 4.88 - std::stod(odd->physical_min)) == 0);
  CHECK_FALSE(edf_limits({1e-9, 0, "mmHg", 16}, 0, 1).has_value());
}

TEST_CASE("what EDF cannot hold is refused with the reason", "[edf][writer]") {
  Recording recording = two_leads(10, 500, 1000, 0);
  recording.signal.lead(1)[3] = std::numeric_limits<float>::quiet_NaN();
  const auto gap = edf_from_recording(recording);
  REQUIRE_FALSE(gap);
  CHECK(gap.error().code == ErrorCode::kBadValue);
  CHECK(gap.error().message.find("MLII") != std::string::npos);
  recording.signal.lead(1)[3] = 40;
  CHECK(edf_from_recording(recording).error().code == ErrorCode::kBadValue);
  CHECK(edf_from_recording({}).error().code == ErrorCode::kInsufficientData);
  CHECK(edf_from_recording(two_leads(10, 1e-9, 1000, 0)).error().code ==
        ErrorCode::kUnsupported);
}

TEST_CASE("texts cannot leave their columns or lists", "[edf][writer]") {
  Recording recording = two_leads(10, 500, 1000, 0);
  recording.info.identity.patient_name = std::string(200, 'n') + "\n\xC3\xA4";
  recording.annotations = {{1, std::nullopt, "\"", std::string("a\x14\0b", 4), 0, 0}};
  const auto bytes = edf_from_recording(recording);
  REQUIRE(bytes);
  const auto header = parse_edf_header({"x", *bytes});
  REQUIRE(header);
  CHECK(header->patient.size() == 80);
  const auto read = read_bytes(*bytes);
  REQUIRE(read);
  REQUIRE(read->annotations.size() == 1);
  CHECK(read->annotations[0].text == "a  b");
}

TEST_CASE("real records keep every sample in EDF+", "[edf][writer]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  for (const char* name : {"mitdb/101", "formats/wfdb/100"}) {
    const auto stem = (*data / name).string();
    const auto recording =
        read_recording(read_files({stem + ".hea", stem + ".dat", stem + ".atr"}));
    REQUIRE(recording);
    const auto bytes = edf_from_recording(*recording);
    INFO(name << ": " << (bytes ? "" : to_string(bytes.error())));
    REQUIRE(bytes);
    const auto read = read_bytes(*bytes);
    REQUIRE(read);
    CHECK(same_samples(*recording, *read));
    CHECK(read->annotations.size() == recording->annotations.size());
  }
}
