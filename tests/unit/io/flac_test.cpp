// Compressed WFDB signals: streams made by hand of verbatim subframes, so that every bit is known.

#include "io/flac.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "io/read_recording.h"

using namespace ecg;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// Writes bits, most significant first.
class BitWriter {
 public:
  void put(std::uint32_t value, int bits) {
    for (int i = bits - 1; i >= 0; --i) {
      if (used_ == 0) bytes.push_back(0);
      bytes.back() = static_cast<std::uint8_t>(bytes.back() | ((value >> i & 1u) << (7 - used_)));
      used_ = (used_ + 1) % 8;
    }
  }
  Bytes bytes;

 private:
  int used_ = 0;
};

// Remainder of the bytes by a generator polynomial of `width` bits.
std::uint32_t remainder_of(const Bytes& bytes, std::uint32_t polynomial, int width) {
  std::uint32_t crc = 0;
  for (const std::uint8_t byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte) << (width - 8);
    for (int i = 0; i < 8; ++i) {
      const bool carry = crc >> (width - 1) & 1u;
      crc = (crc << 1) ^ (carry ? polynomial : 0u);
      crc &= (1u << width) - 1;
    }
  }
  return crc;
}

// One frame with the samples as they are.
Bytes frame(std::uint32_t number, const std::vector<std::vector<std::int32_t>>& channels,
            int bits) {
  BitWriter out;
  out.put(0x3FFE, 14);
  out.put(0, 2);  // frames of one length
  out.put(7, 4);  // block size in 16 bits below
  out.put(0, 4);  // rate as in the stream's header
  out.put(static_cast<std::uint32_t>(channels.size()) - 1, 4);
  out.put(0, 3);  // width as in the stream's header
  out.put(0, 1);
  out.put(number, 8);
  out.put(static_cast<std::uint32_t>(channels[0].size()) - 1, 16);
  out.put(remainder_of(out.bytes, 0x07, 8), 8);
  for (const auto& channel : channels) {
    out.put(0x02, 8);  // verbatim
    for (const std::int32_t sample : channel) out.put(static_cast<std::uint32_t>(sample), bits);
  }
  const std::uint32_t crc = remainder_of(out.bytes, 0x8005, 16);
  out.put(crc, 16);
  return out.bytes;
}

Bytes stream(const std::vector<std::vector<std::int32_t>>& channels, int bits,
             std::uint32_t promised, int frames = 1) {
  BitWriter out;
  for (const char c : {'f', 'L', 'a', 'C'}) out.put(static_cast<std::uint8_t>(c), 8);
  out.put(0x80, 8);  // the last and only metadata block: STREAMINFO
  out.put(34, 24);
  const auto block = static_cast<std::uint32_t>(channels[0].size());
  out.put(block, 16);
  out.put(block, 16);
  out.put(0, 24);
  out.put(0, 24);
  out.put(1000, 20);
  out.put(static_cast<std::uint32_t>(channels.size()) - 1, 3);
  out.put(static_cast<std::uint32_t>(bits) - 1, 5);
  out.put(0, 4);
  out.put(promised, 32);
  for (int i = 0; i < 4; ++i) out.put(0, 32);  // no MD5
  for (int i = 0; i < frames; ++i) {
    const Bytes more = frame(static_cast<std::uint32_t>(i), channels, bits);
    out.bytes.insert(out.bytes.end(), more.begin(), more.end());
  }
  return out.bytes;
}

const std::vector<std::vector<std::int32_t>> kTwo{
    {0, 1, -1, 200, -32768, 32767, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14},
    {100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115}};

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
