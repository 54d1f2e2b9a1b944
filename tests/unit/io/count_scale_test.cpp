#include "io/count_scale.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

#include "core/bit_cast.h"
#include "core/philox.h"
#include "io/stored_numbers.h"

using namespace ecg;
using Counts = std::vector<std::int32_t>;

namespace {

/// How many values are not the quotient in float64 rounded once, bit for bit.
std::size_t differing_bits(const Counts& counts, const CountScale& scale) {
  std::vector<float> values(counts.size());
  values_of_counts(counts, scale, values);
  std::size_t differing = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto expected = static_cast<float>((counts[i] - scale.baseline) / scale.counts_per_unit);
    differing += bit_cast<std::uint32_t>(values[i]) != bit_cast<std::uint32_t>(expected);
  }
  return differing;
}

Counts random_counts(int bits, std::uint64_t seed) {
  RandomStream random({.seed = seed});
  Counts counts(20000);
  for (std::int32_t& count : counts)
    count = static_cast<std::int32_t>(random.below(1u << bits)) - (1 << (bits - 1));
  return counts;
}

}  // namespace

TEST_CASE("counts become the quotient in float64, rounded once", "[io][counts]") {
  for (const int bits : {8, 12, 16, 24}) {
    const Counts counts = random_counts(bits, static_cast<std::uint64_t>(bits));
    for (const double gain : {200.0, 1000.0, 3.0, -7.0, 204.8, 1e-3, 0.1, 1 / 3.0, 8388607.0}) {
      for (const double baseline : {0.0, -0.0, 1024.0, -8388608.0, 0.5, -31.25, 1e9}) {
        INFO(bits << " bits, gain " << gain << ", baseline " << baseline);
        CHECK(differing_bits(counts, {gain, baseline, std::nullopt, bits}) == 0);
      }
    }
  }
}

TEST_CASE("counts of 32 bits and divisors of any size keep every bit", "[io][counts]") {
  const Counts counts{0, 1, -1, 16777217, -16777217, 2147483647, -2147483647 - 1};
  for (const double gain : {1.0, 3.0, 1e-30, 1e30, 1e300}) {
    INFO("gain " << gain);
    CHECK(differing_bits(counts, {gain, 0, std::nullopt, 32}) == 0);
    CHECK(differing_bits(counts, {gain, 2147483647, std::nullopt, 32}) == 0);
  }
}

TEST_CASE("the count of a missing sample becomes NaN, and no other", "[io][counts]") {
  std::vector<float> values(4);
  values_of_counts(Counts{-32768, -32767, 0, -32768}, {200, 0, -32768, 16}, values);
  CHECK(std::isnan(values[0]));
  CHECK(values[1] == -32767 / 200.0f);
  CHECK(values[2] == 0);
  CHECK(std::isnan(values[3]));
}

TEST_CASE("one signal is taken out of frames", "[io][counts]") {
  const Counts frames{1, 20, 21, 3, 4, 50, 51, 6};  // two frames: 1, 2 and 1 samples
  Counts one(2), two(4);
  signal_of_frames(frames, 4, 0, 1, one);
  CHECK(one == Counts{1, 4});
  signal_of_frames(frames, 4, 1, 2, two);
  CHECK(two == Counts{20, 21, 50, 51});
  signal_of_frames(frames, 4, 3, 1, one);
  CHECK(one == Counts{3, 6});
}

TEST_CASE("extremes of counts, and the sum that files state", "[io][counts]") {
  const Counts counts = random_counts(16, 5);
  const auto [lowest, highest] = extremes_of_counts(counts);
  CHECK(lowest == *std::min_element(counts.begin(), counts.end()));
  CHECK(highest == *std::max_element(counts.begin(), counts.end()));
  CHECK(extremes_of_counts(Counts{7}) == std::pair(7, 7));
  std::int64_t sum = 0;
  for (const std::int32_t count : counts) sum += count;
  std::vector<float> values(counts.size());
  CHECK(values_of_counts(counts, {200, 0, -5, 16}, values) == static_cast<std::uint32_t>(sum));
  CHECK(values_of_counts(counts, {0.1, 0.5, -5, 32}, values) == static_cast<std::uint32_t>(sum));
}

TEST_CASE("stored integers have their size, byte order and sign", "[io][counts]") {
  using Kind = StoredNumber::Kind;
  const std::vector<std::uint8_t> bytes{0xFE, 0x80, 0x7F, 0xFF, 0x01, 0x02, 0x03, 0x84};
  const auto read = [&](StoredNumber how, std::size_t count) {
    Counts numbers(count);
    stored_integers(bytes, how, numbers);
    for (std::size_t i = 0; i < count && how.bytes != 3; ++i) {
      const double one = stored_number(std::span(bytes).subspan(i * how.bytes), how);
      CHECK(static_cast<double>(numbers[i]) == (one >= 2147483648.0 ? one - 4294967296.0 : one));
    }
    return numbers;
  };
  CHECK(read({Kind::kSigned, 1, false}, 2) == Counts{-2, -128});
  CHECK(read({Kind::kUnsigned, 1, false}, 8).front() == 254);
  CHECK(read({Kind::kSigned, 2, false}, 4) == Counts{-32514, -129, 513, -31741});
  CHECK(read({Kind::kSigned, 2, true}, 4) == Counts{-384, 32767, 258, 900});
  CHECK(read({Kind::kUnsigned, 2, false}, 4).front() == 0x80FE);
  CHECK(read({Kind::kSigned, 3, false}, 2) == Counts{0x7F80FE, 0x0201FF});
  CHECK(read({Kind::kSigned, 3, true}, 2) == Counts{-98177, -65278});
  CHECK(read({Kind::kSigned, 4, true}, 2) == Counts{-25133057, 16909188});
  CHECK(read({Kind::kUnsigned, 4, false}, 2).back() == static_cast<std::int32_t>(0x84030201u));
}

TEST_CASE("stored integers at any distance from each other", "[io][counts]") {
  std::vector<std::uint8_t> bytes;
  for (unsigned i = 0; i < 83; ++i) bytes.push_back(static_cast<std::uint8_t>(i * i + 29 * i));
  for (const std::size_t size : {1u, 2u, 3u, 4u}) {
    for (const std::size_t stride : {1u, 2u, 3u, 4u, 5u, 24u}) {
      for (const bool big_endian : {false, true}) {
        INFO(size << " bytes each " << stride << (big_endian ? ", highest first" : ""));
        Counts numbers((bytes.size() - size) / stride + 1);
        const StoredNumber how{StoredNumber::Kind::kSigned, size, big_endian};
        stored_integers(bytes, how, stride, numbers);
        for (std::size_t i = 0; i < numbers.size(); ++i) {
          const double one = stored_number(std::span(bytes).subspan(i * stride, size), how);
          REQUIRE(static_cast<double>(numbers[i]) == one);
        }
      }
    }
  }
}
