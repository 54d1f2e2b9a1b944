// Statistics of the structured masks over many draws.
#include "pretext/structured_masks.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

using namespace ecg;
using Catch::Approx;

namespace {

constexpr TokenGrid kGrid{12, 30, 75};
constexpr int kDraws = 100000;

RandomStream stream(std::uint64_t record) {
  return RandomStream({.seed = 7, .record = record, .purpose = RandomPurpose::kMask});
}

/// How often each token is hidden.
template <typename Draw>
std::vector<double> shares(const TokenGrid& grid, std::size_t expected, Draw draw) {
  std::vector<double> share(grid.token_count(), 0);
  for (int i = 0; i < kDraws; ++i) {
    RandomStream random = stream(static_cast<std::uint64_t>(i));
    const TokenMask mask = draw(random);
    REQUIRE(hidden_count(mask) == expected);
    for (std::size_t token = 0; token < mask.size(); ++token) share[token] += mask[token];
  }
  for (double& s : share) s /= kDraws;
  return share;
}

/// Largest deviation of a share from `wanted`.
double worst(const std::vector<double>& share, double wanted) {
  double largest = 0;
  for (const double s : share) largest = std::max(largest, std::abs(s - wanted));
  return largest;
}

/// Five standard deviations of a share over kDraws.
double tolerance(double share) { return 5 * std::sqrt(share * (1 - share) / kDraws); }

}  // namespace

TEST_CASE("column, lead and per-lead masks hide every token equally often", "[masks]") {
  const auto columns = [](RandomStream& r) { return column_mask(kGrid, 0.5, r).value(); };
  CHECK(worst(shares(kGrid, 180, columns), 0.5) < tolerance(0.5));
  const auto leads = [](RandomStream& r) { return lead_mask(kGrid, 0.5, r).value(); };
  CHECK(worst(shares(kGrid, 180, leads), 0.5) < tolerance(0.5));
  // ST-MEM: 7 of 30 tokens visible per lead.
  const auto each = [](RandomStream& r) { return per_lead_mask(kGrid, 0.75, r).value(); };
  CHECK(worst(shares(kGrid, 276, each), 23 / 30.0) < tolerance(23 / 30.0));
}

TEST_CASE("random lead masking hides half of the leads on average, never all", "[masks]") {
  double hidden = 0;
  for (int i = 0; i < kDraws; ++i) {
    RandomStream random = stream(static_cast<std::uint64_t>(i));
    const std::size_t count = hidden_count(random_lead_mask(kGrid, 0.5, random).value());
    REQUIRE((count % 30 == 0 && count < 360));
    hidden += static_cast<double>(count) / 30;
  }
  const double all = std::pow(0.5, 12);  // draws that are repeated
  const double expected = (6 - 12 * all) / (1 - all);
  CHECK(hidden / kDraws == Approx(expected).margin(5 * std::sqrt(3.0 / kDraws)));
}

TEST_CASE("multi-scale spans: exact per lead, three lengths, half of the draws alike", "[masks]") {
  const TokenGrid grid{12, 100, 25};
  double together = 0;
  for (int i = 0; i < kDraws; ++i) {
    RandomStream random = stream(static_cast<std::uint64_t>(i));
    const TokenMask mask = multi_scale_mask(grid, 250, {}, random).value();
    bool alike = true;
    for (std::size_t lead = 0; lead < 12; ++lead) {
      const auto row = mask.begin() + static_cast<std::ptrdiff_t>(lead * 100);
      REQUIRE(std::count(row, row + 100, std::uint8_t{1}) == 75);
      alike = alike && std::equal(row, row + 100, mask.begin());
    }
    together += alike;
  }
  CHECK(together / kDraws == Approx(0.5).margin(tolerance(0.5)));
}

TEST_CASE("wav2vec 2.0 spans hide what the formula says, about 49 percent of 156", "[masks]") {
  double drawn = 0;
  for (int i = 0; i < kDraws; ++i) {
    RandomStream random = stream(static_cast<std::uint64_t>(i));
    const auto flags = draw_spans(156, {}, random).value();
    drawn += static_cast<double>(std::count(flags.begin(), flags.end(), std::uint8_t{1}));
  }
  const double expected = expected_span_columns(156, {});
  CHECK(drawn / kDraws == Approx(expected).margin(0.15));
  CHECK(expected / 156 == Approx(0.49).margin(0.01));
  const auto wanted = static_cast<std::size_t>(expected);
  const TokenGrid grid{1, 156, 16};
  const auto share =
      shares(grid, wanted, [&](RandomStream& r) { return span_mask(grid, {}, r).value(); });
  CHECK(worst({share.begin() + 20, share.end() - 20}, 0.52) < 0.05);
}

TEST_CASE("blocks are few, long stretches in exact number", "[masks]") {
  const TokenGrid grid{2, 50, 50};
  for (int i = 0; i < kDraws; ++i) {
    RandomStream random = stream(static_cast<std::uint64_t>(i));
    const TokenMask mask = block_mask(grid, {}, random).value();
    REQUIRE(hidden_count(mask) == 60);
    int begins = 0;
    for (std::size_t c = 0; c < 50; ++c) begins += mask[c] && (c == 0 || !mask[c - 1]);
    REQUIRE((begins >= 1 && begins <= 4));
  }
}

TEST_CASE("structured masks refuse what cannot be", "[masks]") {
  RandomStream random = stream(0);
  CHECK(column_mask({0, 3, 5}, 0.5, random).error().code == ErrorCode::kInvalidArgument);
  CHECK_FALSE(lead_mask(kGrid, std::nan(""), random));
  CHECK_FALSE(random_lead_mask(kGrid, 1, random));
  CHECK_FALSE(per_lead_mask(kGrid, -0.1, random));
  CHECK_FALSE(multi_scale_mask(kGrid, 0, {}, random));
  CHECK_FALSE(draw_spans(11, {}, random));
  CHECK_FALSE(draw_spans(50, {.length = 0}, random));
  CHECK_FALSE(block_mask(kGrid, {.blocks = 0}, random));
  CHECK_FALSE(block_mask(kGrid, {.smallest_share = 0.5, .largest_share = 0.2}, random));
}
