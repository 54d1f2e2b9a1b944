#include "io/wfdb_samples.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <vector>

using namespace ecg;
using Bytes = std::vector<std::uint8_t>;
using Counts = std::vector<std::int32_t>;

namespace {

Counts decode(int format, const Bytes& bytes) {
  Counts counts(static_cast<std::size_t>(
      wfdb_sample_capacity(format, static_cast<std::int64_t>(bytes.size()))));
  decode_wfdb_samples(format, bytes, 0, 1, counts);
  return counts;
}

}  // namespace

TEST_CASE("format 212 packs two 12-bit samples in three bytes", "[wfdb][samples]") {
  // Low byte of the first; high nibbles (second sample in the upper one); low byte of the second.
  CHECK(decode(212, {0x23, 0x41, 0x56}) == Counts{0x123, 0x456});
  CHECK(decode(212, {0xFF, 0x0F, 0x01}) == Counts{-1, 1});
  CHECK(decode(212, {0xFF, 0x87, 0x00}) == Counts{2047, -2048});
  CHECK(decode(212, {0x00, 0x78, 0xFF}) == Counts{-2048, 2047});
  CHECK(decode(212, {0xE3, 0x33, 0xF3}) ==
        Counts{995, 1011});  // the first samples of MIT-BIH record 100
}

TEST_CASE("an odd number of samples of format 212 ends in two bytes", "[wfdb][samples]") {
  CHECK(decode(212, {0x23, 0x41, 0x56, 0xFE, 0x0F}) == Counts{0x123, 0x456, -2});
  CHECK(wfdb_sample_capacity(212, 4) == 2);
  CHECK(wfdb_sample_capacity(212, 5) == 3);
  CHECK(wfdb_sample_capacity(212, 0) == 0);
}

TEST_CASE("formats of whole bytes are read in their own byte order and sign", "[wfdb][samples]") {
  CHECK(decode(16, {0x34, 0x12, 0xFF, 0xFF, 0x00, 0x80}) == Counts{0x1234, -1, -32768});
  CHECK(decode(61, {0x12, 0x34, 0xFF, 0xFF, 0x80, 0x00}) == Counts{0x1234, -1, -32768});
  CHECK(decode(160, {0x00, 0x80, 0x00, 0x00, 0xFF, 0xFF}) == Counts{0, -32768, 32767});
  CHECK(decode(80, {0x80, 0x00, 0xFF}) == Counts{0, -128, 127});
  CHECK(decode(8, {0x01, 0xFF, 0x80}) == Counts{1, -1, -128});
  CHECK(decode(24, {0x56, 0x34, 0x12, 0xFF, 0xFF, 0xFF}) == Counts{0x123456, -1});
  CHECK(decode(32, {0x78, 0x56, 0x34, 0x12, 0xFE, 0xFF, 0xFF, 0xFF}) == Counts{0x12345678, -2});
}

TEST_CASE("formats 310 and 311 pack three 10-bit samples in four bytes", "[wfdb][samples]") {
  // 310: words 0xF802 and 0x07FE: bits 1-10 are 1 and -1; bits 11-15 are 11111 (low) and 00000
  // (high).
  CHECK(decode(310, {0x02, 0xF8, 0xFE, 0x07}) == Counts{1, -1, 31});
  // 311: 1 | (-1 & 0x3FF) << 10 | 0x200 << 20 = 0x200FFC01
  CHECK(decode(311, {0x01, 0xFC, 0x0F, 0x20}) == Counts{1, -1, -512});
}

TEST_CASE("a cut group of formats 310 and 311 still holds its first samples", "[wfdb][samples]") {
  CHECK(decode(310, {0x02, 0xF8, 0xFE, 0x07, 0x04, 0x00}) == Counts{1, -1, 31, 2});
  CHECK(decode(311, {0x01, 0xFC}) == Counts{1});
  CHECK(decode(311, {0x01, 0xFC, 0x0F}) == Counts{1, -1});
  CHECK(wfdb_sample_capacity(310, 3) == 1);
  CHECK(wfdb_sample_capacity(311, 7) == 5);
}

TEST_CASE("samples at any distance are those of the whole file", "[wfdb][samples]") {
  Bytes bytes;
  for (unsigned i = 0; i < 101; ++i) bytes.push_back(static_cast<std::uint8_t>(i * i + 37 * i));
  for (const int format : {8, 16, 24, 32, 61, 80, 160, 212, 310, 311}) {
    const Counts all = decode(format, bytes);
    for (const std::size_t step : {1u, 2u, 3u, 4u, 12u, 15u, 90u}) {
      for (std::size_t first = 0; first < std::min(step, all.size()); ++first) {
        INFO("format " << format << ", every " << step << " from " << first);
        Counts some((all.size() - first + step - 1) / step);
        decode_wfdb_samples(format, bytes, first, step, some);
        for (std::size_t i = 0; i < some.size(); ++i) REQUIRE(some[i] == all[first + i * step]);
      }
    }
  }
}

TEST_CASE("each format has its own mark of a missing sample", "[wfdb][samples]") {
  CHECK(wfdb_missing_count(16) == -32768);
  CHECK(wfdb_missing_count(61) == -32768);
  CHECK(wfdb_missing_count(160) == -32768);
  CHECK(wfdb_missing_count(212) == -2048);
  CHECK(wfdb_missing_count(310) == -512);
  CHECK(wfdb_missing_count(311) == -512);
  CHECK(wfdb_missing_count(80) == -128);
  CHECK(wfdb_missing_count(24) == -8388608);
  CHECK(wfdb_missing_count(32) == std::int32_t{-2147483647} - 1);
  CHECK_FALSE(wfdb_missing_count(8).has_value());
}

TEST_CASE("only known formats are claimed", "[wfdb][samples]") {
  CHECK(is_wfdb_format_supported(212));
  CHECK_FALSE(is_wfdb_format_supported(0));
  CHECK_FALSE(is_wfdb_format_supported(516));
}
