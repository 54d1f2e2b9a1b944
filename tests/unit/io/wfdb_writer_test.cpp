#include "io/wfdb_writer.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "core/philox.h"
#include "io/read_recording.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

Recording recording_of(std::vector<float> values_mv, double rate_hz = 500) {
  Recording recording;
  recording.signal =
      Signal({label_of(Lead::kII)}, static_cast<SampleIndex>(values_mv.size()), rate_hz);
  std::copy(values_mv.begin(), values_mv.end(), recording.signal.values().begin());
  return recording;
}

std::string header_of(const FileSet& files) {
  return {files.files[0].bytes.begin(), files.files[0].bytes.end()};
}

}  // namespace

TEST_CASE("without a calibration 1000 counts per mV are written", "[wfdb][writer]") {
  const auto files = wfdb_from_recording(recording_of({0.0f, 1.0f, -0.5f, kNaN}), "x-1");
  REQUIRE(files);
  CHECK(header_of(*files) == "x-1 1 500 4\nx-1.dat 16 1000(0)/mV 16 0 0 -32268 0 II\n");
  CHECK(files->files[1].name == "x-1.dat");
  CHECK(files->files[1].bytes == bytes_16({0, 1000, -500, -32768}));
}

TEST_CASE("reading, writing and reading again restores every count and every float",
          "[wfdb][writer]") {
  const FileSet original = small_record();
  const auto first = read_recording(original);
  REQUIRE(first);
  const auto written = wfdb_from_recording(*first, "r");
  REQUIRE(written);
  CHECK(written->files[1].bytes == original.files[1].bytes);
  const auto second = read_recording(*written);
  REQUIRE(second);
  CHECK(second->warnings.empty());  // the checksums are right
  CHECK(std::equal(first->signal.values().begin(), first->signal.values().end(),
                   second->signal.values().begin()));
  CHECK(second->info.age_years == 51);
  CHECK(second->info.start_time == "1994-10-26T08:26:04");
  CHECK(second->calibrations[1].baseline == 1024);
}

TEST_CASE("any gain, baseline and unit survives the round trip", "[wfdb][writer]") {
  RandomStream random({.seed = 5});
  for (const char* gain : {"32.7675(-7)/uV", "1716(6)/mV", "4093.3333333(2)/V", "-200(0)/mV",
                           "0.25/NU", "200(1024)/mV"}) {
    std::vector<int> counts{-32768, -32767, 32767, 0};
    for (int i = 0; i < 500; ++i) counts.push_back(static_cast<int>(random.below(65536)) - 32768);
    const auto bytes = bytes_16(counts);
    const auto first = read_recording(
        record("r 1 1000.5 504\nr.dat 16 " + std::string(gain) + " 16 0 0 0 0 V1\n", bytes));
    REQUIRE(first);
    const auto written = wfdb_from_recording(*first, "r");
    INFO(gain);
    REQUIRE(written);
    CHECK(written->files[1].bytes == bytes);
    const auto second = read_recording(*written);
    REQUIRE(second);
    CHECK(second->signal.sampling_rate_hz() == 1000.5);
    bool equal = true;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const float a = first->signal.values()[i], b = second->signal.values()[i];
      equal = equal && (a == b || (std::isnan(a) && std::isnan(b)));
    }
    CHECK(equal);
  }
}

TEST_CASE("a changed signal is not forced into its old counts", "[wfdb][writer]") {
  auto recording = read_recording(small_record());
  REQUIRE(recording);
  recording->signal.lead(1)[0] = 0.0012f;  // between two counts of 200 per mV
  const auto written = wfdb_from_recording(*recording, "r");
  REQUIRE(written);
  CHECK(read_recording(*written)->signal.lead(1)[0] == 0.001f);
}

TEST_CASE("format 212 packs two samples in three bytes", "[wfdb][writer]") {
  // 200 counts per mV: 1 mV = 0x0C8, -0.005 mV = 0xFFF; then 10.235 mV = 0x7FF and a missing one.
  const auto even = wfdb_from_recording(recording_of({1.0f, -0.005f, 10.235f, kNaN}), "r", 212);
  REQUIRE(even);
  CHECK(header_of(*even) == "r 1 500 4\nr.dat 212 200(0)/mV 12 0 200 198 0 II\n");
  CHECK(even->files[1].bytes == std::vector<std::uint8_t>{0xC8, 0xF0, 0xFF, 0xFF, 0x87, 0x00});
  const auto odd = wfdb_from_recording(recording_of({1.0f, -0.005f, -10.235f}), "r", 212);
  REQUIRE(odd);
  CHECK(odd->files[1].bytes == std::vector<std::uint8_t>{0xC8, 0xF0, 0xFF, 0x01, 0x08});
  const auto read = read_recording(*odd);
  REQUIRE(read);
  CHECK(read->warnings.empty());
  CHECK(read->signal.lead(0)[2] == -10.235f);
}

TEST_CASE("format 212 keeps the counts of 12 bits and refuses what is beyond", "[wfdb][writer]") {
  RandomStream random({.seed = 6});
  std::vector<int> counts{-2047, 2047, 0};
  for (int i = 0; i < 400; ++i) counts.push_back(static_cast<int>(random.below(4095)) - 2047);
  const auto first = read_recording(
      record("r 1 360 403\nr.dat 16 200(1024)/mV 11 0 0 0 0 MLII\n", bytes_16(counts)));
  REQUIRE(first);
  const auto written = wfdb_from_recording(*first, "r", 212);
  REQUIRE(written);
  const auto second = read_recording(*written);
  REQUIRE(second);
  CHECK(second->warnings.empty());
  CHECK(second->calibrations[0].baseline == 1024);
  CHECK(std::equal(first->signal.values().begin(), first->signal.values().end(),
                   second->signal.values().begin()));
  CHECK(wfdb_from_recording(recording_of({10.3f}), "r", 212).error().code == ErrorCode::kBadValue);
  CHECK(wfdb_from_recording(recording_of({1.0f}), "r", 80).error().code ==
        ErrorCode::kInvalidArgument);
}

TEST_CASE("what cannot be written is refused", "[wfdb][writer]") {
  CHECK(wfdb_from_recording(recording_of({0.0f}), "a b").error().code ==
        ErrorCode::kInvalidArgument);
  CHECK(wfdb_from_recording(recording_of({0.0f}), "").error().code == ErrorCode::kInvalidArgument);
  CHECK(wfdb_from_recording(recording_of({0.0f}), "../x").error().code ==
        ErrorCode::kInvalidArgument);
  CHECK(wfdb_from_recording(recording_of({}), "r").error().code == ErrorCode::kInsufficientData);
  CHECK(wfdb_from_recording(recording_of({40.0f}), "r").error().code == ErrorCode::kBadValue);
  CHECK(wfdb_from_recording(recording_of({std::numeric_limits<float>::infinity()}), "r")
            .error()
            .code == ErrorCode::kBadValue);
}

TEST_CASE("names and comments cannot break the lines of the header", "[wfdb][writer]") {
  Recording recording = recording_of({0.0f});
  recording.signal = Signal({LeadLabel{Lead::kOther, "a\nb"}}, 1, 500);
  recording.info.comments = {"x\r\nr 5 5"};
  const auto files = wfdb_from_recording(recording, "r");
  REQUIRE(files);
  CHECK(header_of(*files) == "r 1 500 1\nr.dat 16 1000(0)/mV 16 0 0 0 0 a b\n# x  r 5 5\n");
}
