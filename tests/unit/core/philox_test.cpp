#include "core/philox.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>
#include <vector>

using namespace ecg;
using Words = std::array<std::uint32_t, 4>;

TEST_CASE("philox4x32-10 gives the published known answers", "[philox]") {
  // Vectors of the Random123 distribution (kat_vectors, philox4x32 10).
  CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  const std::uint32_t ones = 0xffffffff;
  CHECK(philox4x32({ones, ones, ones, ones}, {ones, ones}) ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("every part of the key changes the stream", "[philox]") {
  const RandomKey base{
      .seed = 5, .epoch = 1, .record = 2, .view = 3, .purpose = RandomPurpose::kMask};
  std::vector<RandomKey> keys(7, base);
  keys[1].seed = 6;
  keys[2].epoch = 2;
  keys[3].record = 3;
  keys[4].record = base.record + (1ull << 32);
  keys[5].view = 4;
  keys[6].purpose = RandomPurpose::kCrop;
  std::vector<std::uint32_t> first;
  for (const RandomKey& key : keys) first.push_back(RandomStream(key).next_u32());
  std::sort(first.begin(), first.end());
  CHECK(std::adjacent_find(first.begin(), first.end()) == first.end());
  CHECK(RandomStream(base).next_u32() == RandomStream(base).next_u32());
}

TEST_CASE("a stream tells where its next word lies", "[philox]") {
  RandomStream random({.seed = 9, .epoch = 3, .record = 1ull << 33, .view = 2});
  std::vector<std::uint32_t> skipped(5);
  for (int draws = 0; draws < 40; ++draws) {
    const RandomStream::Place place = random.place();
    REQUIRE(place.used < 4);
    CHECK(philox4x32(place.counter, place.key)[place.used] == random.next_u32());
    if (draws % 7 == 0) random.fill_u32(skipped);
  }
}

TEST_CASE("draws have the distribution they claim", "[philox]") {
  RandomStream random({.seed = 11});
  const int n = 200000;
  double sum = 0, square = 0, fourth = 0, uniform = 0, exponential = 0;
  for (int i = 0; i < n; ++i) {
    const double x = random.normal();
    sum += x;
    square += x * x;
    fourth += x * x * x * x;
    uniform += random.uniform();
    exponential += random.exponential(2.0);
  }
  CHECK(std::abs(sum / n) < 0.01);
  CHECK(std::abs(square / n - 1) < 0.02);
  CHECK(std::abs(fourth / n - 3) < 0.1);
  CHECK(std::abs(uniform / n - 0.5) < 0.005);
  CHECK(std::abs(exponential / n - 2) < 0.03);
}

TEST_CASE("below is unbiased and in range", "[philox]") {
  RandomStream random({.seed = 12});
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[random.below(7)];
  for (int count : counts) CHECK(std::abs(count - 10000) < 400);
}

TEST_CASE("filling gives the words of single draws, from any place on", "[philox]") {
  for (std::size_t skipped = 0; skipped < 6; ++skipped) {
    for (const std::size_t count : {0u, 1u, 3u, 15u, 16u, 17u, 100u}) {
      RandomStream one({.seed = 9}), many({.seed = 9});
      for (std::size_t i = 0; i < skipped; ++i) REQUIRE(one.next_u32() == many.next_u32());
      std::vector<std::uint32_t> words(count);
      many.fill_u32(words);
      for (const std::uint32_t word : words) REQUIRE(word == one.next_u32());
      REQUIRE(one.next_u32() == many.next_u32());
    }
  }
}

TEST_CASE("shuffle permutes", "[philox]") {
  std::vector<int> items(100);
  std::iota(items.begin(), items.end(), 0);
  RandomStream random({.seed = 13});
  random.shuffle(std::span(items));
  CHECK_FALSE(std::is_sorted(items.begin(), items.end()));
  std::sort(items.begin(), items.end());
  for (int i = 0; i < 100; ++i) CHECK(items[static_cast<std::size_t>(i)] == i);
}
