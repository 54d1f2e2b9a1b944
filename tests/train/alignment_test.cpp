// Views aligned at an R peak: where they lie, what they lose, what becomes of their masks.
#include "objective/alignment.h"

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <set>
#include <vector>

#include "pretext/structured_masks.h"

using namespace ecg;

namespace {

RandomStream stream(std::uint64_t record) {
  return RandomStream({.seed = 1, .record = record, .purpose = RandomPurpose::kTest});
}

}  // namespace

TEST_CASE("An R peak near the middle comes to lie near the middle") {
  const std::vector<std::int32_t> peaks = {60, 150, 330, 452, 470, 548, 700};  // 100 Hz, 10 s
  std::set<std::int32_t> used;
  std::set<SampleIndex> shifts;
  for (std::uint64_t record = 0; record < 400; ++record) {
    auto random = stream(record);
    const SampleIndex shift = alignment_shift(peaks, 1000, 100, random);
    shifts.insert(shift);
    CHECK(std::abs(shift) <= 60);
    bool aligned = false;
    for (const std::int32_t peak : peaks) {
      if (std::abs(peak + shift - 500) > 10) continue;
      CHECK(std::abs(peak - 500) <= 50);
      if (peak == 548) used.insert(peak);
      if (peak == 452 || peak == 470) used.insert(452);
      aligned = true;
    }
    CHECK(aligned);
  }
  CHECK(used == std::set<std::int32_t>{452, 548});
  CHECK(shifts.size() > 40);
}

TEST_CASE("Without two peaks, or one near the middle, a view stays where it is") {
  for (const std::vector<std::int32_t>& peaks :
       {std::vector<std::int32_t>{}, {500}, {100, 200, 440, 551}}) {
    auto random = stream(3);
    CHECK(alignment_shift(peaks, 1000, 100, random) == 0);
    auto other = stream(3);
    alignment_shift(std::vector<std::int32_t>{490, 510}, 1000, 100, other);
    CHECK(random.next_u32() == other.next_u32());  // the same words were used up
  }
}

TEST_CASE("Columns that reach outside the record are no part of a view") {
  const TokenGrid grid{3, 20, 50};
  const auto covered = [&](SampleIndex shift) {
    const ColumnRange range = covered_columns(grid, shift);
    return std::pair(range.begin, range.end);
  };
  CHECK(covered(0) == std::pair<std::size_t, std::size_t>(0, 20));
  CHECK(covered(1) == std::pair<std::size_t, std::size_t>(1, 20));
  CHECK(covered(50) == std::pair<std::size_t, std::size_t>(1, 20));
  CHECK(covered(51) == std::pair<std::size_t, std::size_t>(2, 20));
  CHECK(covered(-60) == std::pair<std::size_t, std::size_t>(0, 18));
  CHECK(covered(5000) == std::pair<std::size_t, std::size_t>(20, 20));
}

TEST_CASE("A mask moves into what a view covers, its counts and its columns kept") {
  const TokenGrid grid{12, 20, 50};
  const ColumnRange kept{2, 20};
  for (std::uint64_t record = 0; record < 50; ++record) {
    auto random = stream(record);
    const TokenMask before = stdm_mask(grid, {}, random).value();
    TokenMask after = before;
    move_into(after, grid, kept, random);
    CHECK(hidden_count(after) == hidden_count(before));
    for (std::size_t column = 0; column < grid.columns; ++column) {
      std::set<std::uint8_t> in_shown_leads;
      for (std::size_t lead = 0; lead < grid.leads; ++lead) {
        std::size_t visible = 0;
        for (std::size_t c = 0; c < grid.columns; ++c) visible += before[grid.token(lead, c)] == 0;
        if (visible > 0) in_shown_leads.insert(after[grid.token(lead, column)]);
        if (!kept.contains(column)) CHECK(after[grid.token(lead, column)] == 1);
      }
      CHECK(in_shown_leads.size() == 1);  // whole columns, as STDM hides them
    }
    const TokenMask scaled = multi_scale_mask(grid, 100, {}, random).value();
    TokenMask moved = scaled;
    move_into(moved, grid, {0, 18}, random);
    CHECK(hidden_count(moved) == hidden_count(scaled));
    TokenMask whole = scaled;
    move_into(whole, grid, {0, 20}, random);
    CHECK(whole == scaled);
  }
  TokenMask open(grid.token_count(), 0);
  auto random = stream(1);
  move_into(open, grid, kept, random);
  CHECK(hidden_count(open) == 24);  // nothing hidden to show instead
}
