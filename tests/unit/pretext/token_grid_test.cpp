#include "pretext/token_grid.h"

#include <catch2/catch_test_macros.hpp>

using namespace ecg;

TEST_CASE("tokens are lead-major and map back to lead and column", "[token_grid]") {
  const TokenGrid grid{12, 20, 50};
  CHECK(grid.token_count() == 240);
  CHECK(grid.token(0, 19) == 19);
  CHECK(grid.token(1, 0) == 20);
  for (std::size_t token = 0; token < grid.token_count(); ++token) {
    REQUIRE(grid.token(grid.lead_of(token), grid.column_of(token)) == token);
  }
}

TEST_CASE("columns and samples map to each other", "[token_grid]") {
  const TokenGrid grid{2, 3, 50};
  CHECK(grid.begin_sample(2) == 100);
  CHECK(grid.end_sample(2) == 150);
  CHECK(grid.column_at(0) == 0);
  CHECK(grid.column_at(149) == 2);
  CHECK(grid.column_at(150) == grid.columns);
  CHECK(grid.column_at(-1) == grid.columns);
}

TEST_CASE("a signal's grid holds whole patches only", "[token_grid]") {
  const Signal signal({label_of(Lead::kI), label_of(Lead::kII)}, 149, 100);
  CHECK(token_grid_of(signal, 50) == TokenGrid{2, 2, 50});
}
