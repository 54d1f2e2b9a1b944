#include "pretext/mask.h"

#include <algorithm>
#include <array>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "core/lead.h"

using namespace ecg;
using Catch::Approx;

namespace {

constexpr TokenGrid kGrid{12, 20, 50};
constexpr int kDraws = 100000;

RandomStream stream(std::uint64_t record) {
  return RandomStream({.seed = 7, .record = record, .purpose = RandomPurpose::kMask});
}

/// FNV-1a, to compare masks with committed values.
std::uint64_t hash_of(const TokenMask& mask) {
  std::uint64_t hash = 14695981039346656037ull;
  for (const std::uint8_t byte : mask) hash = (hash ^ byte) * 1099511628211ull;
  return hash;
}

bool lead_hidden(const TokenMask& mask, std::size_t lead) {
  for (std::size_t column = 0; column < kGrid.columns; ++column) {
    if (!mask[kGrid.token(lead, column)]) return false;
  }
  return true;
}

bool column_hidden(const TokenMask& mask, std::size_t column) {
  for (std::size_t lead = 0; lead < kGrid.leads; ++lead) {
    if (!mask[kGrid.token(lead, column)]) return false;
  }
  return true;
}

/// Four standard deviations of a binomial share over kDraws.
double tolerance(double share) { return 4 * std::sqrt(share * (1 - share) / kDraws); }

}  // namespace

TEST_CASE("a random mask hides exactly its share and every token equally often", "[mask]") {
  std::vector<int> hidden(kGrid.token_count(), 0);
  for (int draw = 0; draw < kDraws; ++draw) {
    RandomStream random = stream(static_cast<std::uint64_t>(draw));
    const TokenMask mask = random_mask(kGrid, 0.75, random).value();
    REQUIRE(hidden_count(mask) == 180);
    for (std::size_t token = 0; token < mask.size(); ++token) hidden[token] += mask[token];
  }
  double worst = 0;
  for (const int count : hidden) worst = std::max(worst, std::abs(count / double{kDraws} - 0.75));
  CHECK(worst < 1.2 * tolerance(0.75));
  CHECK(worst > 0);
}

TEST_CASE("STDM hides exact counts of columns and leads, each equally often", "[mask]") {
  std::array<int, 12> leads{};
  std::array<int, 20> columns{};
  for (int draw = 0; draw < kDraws; ++draw) {
    RandomStream random = stream(static_cast<std::uint64_t>(draw));
    const TokenMask mask = stdm_mask(kGrid, {}, random).value();
    REQUIRE(hidden_count(mask) == 140);  // 12 x 20 less 10 visible leads x 10 visible columns
    for (std::size_t lead = 0; lead < 12; ++lead) leads[lead] += lead_hidden(mask, lead);
    for (std::size_t column = 0; column < 20; ++column)
      columns[column] += column_hidden(mask, column);
  }
  int all_leads = 0;
  int all_columns = 0;
  for (const int count : leads) {
    CHECK(count / double{kDraws} == Approx(2 / 12.0).margin(tolerance(2 / 12.0)));
    all_leads += count;
  }
  for (const int count : columns) {
    CHECK(count / double{kDraws} == Approx(0.5).margin(tolerance(0.5)));
    all_columns += count;
  }
  CHECK(all_leads == 2 * kDraws);
  CHECK(all_columns == 10 * kDraws);
}

TEST_CASE("where both ratios fall on whole counts 0.40 of an STDM mask is visible", "[mask]") {
  const TokenGrid grid{10, 20, 50};
  RandomStream random = stream(0);
  CHECK(hidden_count(stdm_mask(grid, {}, random).value()) == 120);
}

TEST_CASE("something always stays visible", "[mask]") {
  RandomStream random = stream(1);
  CHECK(hidden_count(random_mask(kGrid, 1, random).value()) == 239);
  CHECK(hidden_count(stdm_mask(kGrid, {.time_ratio = 1, .lead_ratio = 1}, random).value()) == 239);
  CHECK(hidden_count(random_mask({1, 1, 50}, 0.9, random).value()) == 0);
  CHECK(hidden_count(random_mask(kGrid, 0, random).value()) == 0);
}

TEST_CASE("the physics-aware variant shows one count and leaves no hidden limb lead derivable",
          "[mask]") {
  // Fewest leads: one limb lead and one chest lead drawn leave 1 + 5; 10 of 20 columns.
  REQUIRE(stdm_physics_visible(kGrid, {}, kTwelveLeads, {}) == 60);
  int with_limb = 0;
  std::array<int, 6> kept{};
  std::array<double, 12> hidden{};
  for (int draw = 0; draw < kDraws; ++draw) {
    RandomStream random = stream(static_cast<std::uint64_t>(draw));
    const TokenMask mask = stdm_physics_mask(kGrid, {}, kTwelveLeads, {}, random).value();
    REQUIRE(hidden_count(mask) == 180);
    REQUIRE(derivable_hidden_count(mask, kGrid, kTwelveLeads) == 0);
    std::size_t limb_hidden = 0;
    std::size_t chest_hidden = 0;
    for (std::size_t lead = 0; lead < 12; ++lead) {
      (lead < 6 ? limb_hidden : chest_hidden) += lead_hidden(mask, lead);
      hidden[lead] += lead_hidden(mask, lead);
    }
    REQUIRE((limb_hidden == 0 || limb_hidden == 5));
    REQUIRE(chest_hidden <= 2);
    if (limb_hidden == 0) continue;
    ++with_limb;
    for (std::size_t lead = 0; lead < 6; ++lead) kept[lead] += !lead_hidden(mask, lead);
  }
  const double expected = 1 - (6.0 * 5.0) / (12.0 * 11.0);  // not both drawn leads are chest leads
  CHECK(with_limb / double{kDraws} == Approx(expected).margin(tolerance(expected)));
  for (const int count : kept) CHECK(count == Approx(with_limb / 6.0).epsilon(0.05));
  for (std::size_t lead = 6; lead < 12; ++lead) {
    CHECK(hidden[lead] / kDraws == Approx(2 / 12.0).margin(tolerance(2 / 12.0)));
  }
}

TEST_CASE("the physics-aware variant keeps its count for any rows and ratio", "[mask]") {
  using Rows = std::vector<Lead>;
  const Rows limb(kTwelveLeads.begin(), kTwelveLeads.begin() + 6);
  const Rows odd = {Lead::kV1, Lead::kII, Lead::kAvf, Lead::kIII, Lead::kV5};
  Rows limb_and_v1 = limb;
  limb_and_v1.push_back(Lead::kV1);
  for (const Rows& rows : {limb, odd, limb_and_v1, Rows{Lead::kII}, Rows{Lead::kI, Lead::kV2}}) {
    const TokenGrid grid{rows.size(), 17, 50};
    for (int percent = -1; percent <= 100; ++percent) {
      const auto ratio = percent < 0 ? std::optional<double>() : percent / 100.0;
      const StdmOptions options = ratio ? stdm_options_for_ratio(grid, *ratio) : StdmOptions{};
      const std::size_t visible = stdm_physics_visible(grid, options, rows, ratio);
      REQUIRE(visible > 0);
      if (ratio) {
        const double wanted = (1 - *ratio) * static_cast<double>(grid.token_count()) + 0.5;
        REQUIRE(static_cast<double>(visible) <= std::max(static_cast<double>(grid.leads), wanted));
      }
      for (std::uint64_t record = 0; record < 20; ++record) {
        RandomStream random = stream(record);
        const TokenMask mask = stdm_physics_mask(grid, options, rows, ratio, random).value();
        REQUIRE(grid.token_count() - hidden_count(mask) == visible);
        REQUIRE(derivable_hidden_count(mask, grid, rows) == 0);
      }
    }
  }
}

TEST_CASE("the ratio slider meets its ratio and keeps the published default", "[mask]") {
  for (int percent = 0; percent <= 95; ++percent) {
    const double ratio = percent / 100.0;
    const StdmOptions options = stdm_options_for_ratio(kGrid, ratio);
    RandomStream random = stream(2);
    const TokenMask mask = stdm_mask(kGrid, options, random).value();
    INFO("ratio " << ratio << " time " << options.time_ratio << " leads " << options.lead_ratio);
    CHECK(std::abs(static_cast<double>(hidden_count(mask)) / 240 - ratio) <= 0.5 / 20 + 1e-9);
  }
  const StdmOptions usual = stdm_options_for_ratio(kGrid, 140.0 / 240);
  CHECK(usual.time_ratio == 0.5);
  CHECK(usual.lead_ratio == Approx(2 / 12.0));
  CHECK(stdm_options_for_ratio(kGrid, 2).time_ratio < 1);
  CHECK(stdm_options_for_ratio(kGrid, -1).time_ratio == 0);
}

TEST_CASE("masks have the same bits on every platform", "[mask][golden]") {
  RandomStream random = stream(3);
  CHECK(hash_of(random_mask(kGrid, 0.75, random).value()) == 0xfcff6b600e3e1317ull);
  CHECK(hash_of(stdm_mask(kGrid, {}, random).value()) == 0xcf7605d6a4427219ull);
  RandomStream again = stream(4);
  CHECK(visible_bits(stdm_mask({3, 8, 50}, {0.5, 0.34}, again).value()) ==
        "000000001100011011000110");
}

TEST_CASE("impossible requests are refused with a remedy", "[mask]") {
  RandomStream random = stream(0);
  CHECK(random_mask({0, 20, 50}, 0.5, random).error().code == ErrorCode::kInvalidArgument);
  CHECK(random_mask(kGrid, 1.5, random).error().code == ErrorCode::kInvalidArgument);
  CHECK(random_mask(kGrid, std::nan(""), random).error().code == ErrorCode::kInvalidArgument);
  CHECK(stdm_mask(kGrid, {.time_ratio = -0.1}, random).error().message.find("time_ratio") == 0);
  const auto nameless = stdm_physics_mask(kGrid, {}, {}, {}, random);
  CHECK(nameless.error().code == ErrorCode::kInvalidArgument);
  CHECK_FALSE(nameless.error().hint.empty());
  CHECK_FALSE(stdm_physics_mask(kGrid, {}, kTwelveLeads, 1.5, random));
}
