// Compressed WFDB signals: streams made by hand of verbatim subframes, so that every bit is known.

#include "io/flac.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "io/read_recording.h"
#include "made_flac.h"

using namespace ecg;
using namespace ecg::test::made_flac;

namespace {

FileSet record(const std::string& header, Bytes signals) {
  return {{{"r.hea", Bytes(header.begin(), header.end())}, {"r.dat", std::move(signals)}}};
}

constexpr const char* kHeader =
    "r 2 250 16\nr.dat 516 200/mV 16 0 0 0 0 I\nr.dat 516 100/mV 16 0 100 0 0 II\n";

ErrorCode code_of(const FileSet& files) {
  const auto recording = read_recording(files);
  REQUIRE_FALSE(recording.has_value());
  return recording.error().code;
}

}  // namespace

TEST_CASE("a FLAC stream gives its samples back", "[flac]") {
  const auto samples = decode_flac(stream(kTwo, 16, 16), 1000, "r.dat");
  REQUIRE(samples.has_value());
  CHECK(samples->bits == 16);
  CHECK(samples->channels == kTwo);
  CHECK_FALSE(samples->checksum_differs);
  const std::vector<std::vector<std::int32_t>> wide{std::vector<std::int32_t>(16, -8388608)};
  CHECK(decode_flac(stream(wide, 24, 0), 1000, "r.dat")->channels == wide);
}

TEST_CASE("channels are the signals of a WFDB record, -32768 a missing sample", "[flac]") {
  const auto recording = read_recording(record(kHeader, stream(kTwo, 16, 16)));
  REQUIRE(recording.has_value());
  const Signal& signal = recording->signal;
  REQUIRE(signal.lead_count() == 2);
  CHECK(signal.lead(0)[3] == 1.0f);
  CHECK(std::isnan(signal.lead(0)[4]));
  CHECK(signal.lead(1)[15] == 1.15f);
}

TEST_CASE("an offset passes over samples, several per frame stay together", "[flac]") {
  const auto later = read_recording(
      record("r 2 250 12\nr.dat 516+4 200 16 0 0 0 0 I\nr.dat 516+4 100 16 0 0 0 0 II\n",
             stream(kTwo, 16, 16)));
  REQUIRE(later.has_value());
  CHECK(later->signal.lead(1)[0] == 1.04f);
  const auto dense = read_recording(
      record("r 2 250 4\nr.dat 516x4 200 16 0 0 0 0 I\nr.dat 516x4 100 16 0 0 0 0 II\n",
             stream(kTwo, 16, 16)));
  REQUIRE(dense.has_value());
  CHECK(dense->signal.sampling_rate_hz() == 1000);
  CHECK(dense->signal.sample_count() == 16);
  CHECK(dense->signal.lead(1)[15] == 1.15f);
}

TEST_CASE("what a FLAC stream and its header disagree about is said", "[flac]") {
  const Bytes two = stream(kTwo, 16, 16);
  CHECK(code_of(record("r 1 250 16\nr.dat 516 200\n", two)) == ErrorCode::kInconsistent);
  CHECK(code_of(record("r 2 250 16\nr.dat 508 200\nr.dat 508 200\n", two)) ==
        ErrorCode::kInconsistent);
  CHECK(code_of(record("r 2 250 8\nr.dat 516 200\nr.dat 516x2 200\n", two)) ==
        ErrorCode::kInconsistent);
  CHECK(code_of(record("r 2 250 17\nr.dat 516 200\nr.dat 516 200\n", two)) ==
        ErrorCode::kTruncated);
  CHECK(code_of(record(kHeader, stream(kTwo, 16, 17))) == ErrorCode::kTruncated);
  CHECK(code_of(record(kHeader, Bytes(64, 1))) == ErrorCode::kBadHeader);
  Bytes damaged = two;
  damaged[70] ^= 0x10;
  CHECK(code_of(record(kHeader, damaged)) == ErrorCode::kBadValue);
}

TEST_CASE("a stream that unpacks beyond the limit is refused before it does", "[flac]") {
  const auto refused = decode_flac(stream(kTwo, 16, 0, 100), 1000, "r.dat");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::kTooLarge);
}

TEST_CASE("cut and damaged FLAC streams end in an error or samples", "[flac][hostile]") {
  const Bytes whole = stream(kTwo, 16, 48, 3);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto cut = decode_flac(std::span(whole).first(size), 1000, "r.dat");
    CHECK_FALSE(cut.has_value());
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const std::uint8_t flip : std::initializer_list<std::uint8_t>{0x01, 0x80, 0xFF}) {
      Bytes bytes = whole;
      bytes[at] ^= flip;
      const auto samples = decode_flac(bytes, 1000, "r.dat");
      if (!samples) CHECK_FALSE(samples.error().message.empty());
    }
  }
}
