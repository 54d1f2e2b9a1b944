// Promises that every mask of the catalogue keeps.
#include "pretext/mask_catalogue.h"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

using namespace ecg;

namespace {

RandomStream stream(std::uint64_t record) {
  return RandomStream({.seed = 11, .record = record, .purpose = RandomPurpose::kMask});
}

/// An irregular rhythm; the last two beats close together.
constexpr SampleIndex kPeaks[] = {70, 260, 480, 650, 900, 1110, 1290, 1500, 1740, 1905, 2160, 2250};

/// 12 leads, 10 s at 250 Hz in patches of 0.1 s.
MaskRequest request() { return {{12, 100, 25}, 250, kTwelveLeads, {}, kPeaks}; }

}  // namespace

TEST_CASE("every mask hides something, never all, in the promised number", "[mask_catalogue]") {
  for (const MaskMethod& method : mask_methods()) {
    INFO(std::string(method.name));
    RandomStream first = stream(0);
    const std::size_t count = hidden_count(method.draw(request(), first).value());
    bool varies = false;
    for (std::uint64_t record = 0; record < 2000; ++record) {
      RandomStream random = stream(record);
      const TokenMask mask = method.draw(request(), random).value();
      REQUIRE(mask.size() == 1200);
      const std::size_t hidden = hidden_count(mask);
      REQUIRE(hidden < 1200);
      REQUIRE((hidden > 0 || !method.exact_count));
      varies = varies || hidden != count;
    }
    CHECK(varies == !method.exact_count);
  }
}

TEST_CASE("the same key draws the same mask, another key another", "[mask_catalogue]") {
  for (const MaskMethod& method : mask_methods()) {
    INFO(std::string(method.name));
    RandomStream a = stream(5), b = stream(5), c = stream(6);
    const TokenMask mask = method.draw(request(), a).value();
    CHECK(mask == method.draw(request(), b).value());
    CHECK(mask != method.draw(request(), c).value());
  }
}

TEST_CASE("only the physics-aware mask never leaves a limb lead derivable", "[mask_catalogue]") {
  const MaskRequest r = request();
  bool others_do = false;
  for (std::uint64_t record = 0; record < 2000; ++record) {
    RandomStream a = stream(record), b = stream(record);
    const auto physics = find_mask_method("stdm_physics")->draw(r, a).value();
    REQUIRE(derivable_hidden_count(physics, r.grid, r.rows) == 0);
    const auto plain = find_mask_method("stdm")->draw(r, b).value();
    others_do = others_do || derivable_hidden_count(plain, r.grid, r.rows) > 0;
  }
  CHECK(others_do);
}

TEST_CASE("names are found, and only those", "[mask_catalogue]") {
  for (const MaskMethod& method : mask_methods()) CHECK(find_mask_method(method.name) == &method);
  CHECK(find_mask_method("STDM") == nullptr);
}

TEST_CASE("a mask says so if it needs beats", "[mask_catalogue]") {
  MaskRequest without = request();
  without.r_peaks = {};
  for (const MaskMethod& method : mask_methods()) {
    INFO(std::string(method.name));
    RandomStream random = stream(0);
    const auto mask = method.draw(without, random);
    CHECK(mask.has_value() != method.needs_beats);
    if (!mask) CHECK(mask.error().code == ErrorCode::kInsufficientData);
  }
}

TEST_CASE("the catalogue's masks have the same bits on every platform",
          "[mask_catalogue][golden]") {
  std::uint64_t hash = 14695981039346656037ull;  // FNV-1a
  for (const MaskMethod& method : mask_methods()) {
    for (std::uint64_t record = 0; record < 50; ++record) {
      RandomStream random = stream(record);
      const TokenMask mask = method.draw(request(), random).value();
      for (const std::uint8_t byte : mask) hash = (hash ^ byte) * 1099511628211ull;
    }
  }
  CHECK(hash == 16928272365992728227ull);
}
