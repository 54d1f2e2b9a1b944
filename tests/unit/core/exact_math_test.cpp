#include "core/exact_math.h"

#include <algorithm>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "core/bit_cast.h"
#include "core/philox.h"

using namespace ecg;
using Catch::Approx;

TEST_CASE("exact_exp and exact_log agree with libm to a few ulp", "[exact_math]") {
  RandomStream random({.seed = 1});
  double worst_exp = 0;
  double worst_log = 0;
  for (int i = 0; i < 100000; ++i) {
    const double x = random.uniform(-300, 300);
    worst_exp = std::max(worst_exp, std::abs(exact_exp(x) / std::exp(x) - 1));
    const double y = std::exp(random.uniform(-300, 300));
    worst_log = std::max(
        worst_log, std::abs(exact_log(y) - std::log(y)) / std::max(1e-3, std::abs(std::log(y))));
  }
  CHECK(worst_exp < 1e-15);
  CHECK(worst_log < 1e-15);
}

TEST_CASE("exact_sin_turns and exact_cos_turns agree with libm", "[exact_math]") {
  RandomStream random({.seed = 2});
  double worst = 0;
  for (int i = 0; i < 100000; ++i) {
    const double turns = random.uniform(-3, 3);
    const double angle = turns * 6.283185307179586477;
    worst = std::max({worst, std::abs(exact_sin_turns(turns) - std::sin(angle)),
                      std::abs(exact_cos_turns(turns) - std::cos(angle))});
  }
  CHECK(worst < 4e-15);
  CHECK(exact_sin_turns(0.25) == 1.0);
  CHECK(exact_cos_turns(0.5) == -1.0);
}

TEST_CASE("the edges of exact_exp and exact_log are defined", "[exact_math]") {
  CHECK(exact_exp(-1000) == 0);
  CHECK(std::isinf(exact_exp(1000)));
  CHECK(exact_exp(0) == 1.0);
  CHECK(std::isinf(exact_log(0)));
  CHECK(std::isnan(exact_log(-1)));
  CHECK(exact_log(1) == 0);
  CHECK(std::isnan(exact_exp(std::nan(""))));
}

TEST_CASE("exact functions give the same bits on every platform", "[exact_math]") {
  RandomStream random({.seed = 3});
  std::uint64_t hash = 14695981039346656037ull;
  for (int i = 0; i < 10000; ++i) {
    const double x = random.uniform(-20, 20);
    for (double y : {exact_exp(x), exact_log(x * x), exact_sin_turns(x), random.normal()}) {
      hash = (hash ^ bit_cast<std::uint64_t>(y)) * 1099511628211ull;
    }
  }
  CHECK(hash == 0xefff6ac2862cdc16ull);
}
