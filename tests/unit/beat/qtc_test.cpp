#include "beat/qtc.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <limits>

using Catch::Approx;

TEST_CASE("At 60 per minute no formula changes QT") {
  const auto qtc = ecg::correct_qt(400, 1000);
  REQUIRE(qtc);
  for (const double ms :
       {qtc->fridericia_ms, qtc->bazett_ms, qtc->framingham_ms, qtc->hodges_ms}) {
    CHECK(ms == Approx(400));
  }
}

TEST_CASE("Known answers of the four formulas") {
  const auto fast = ecg::correct_qt(300, 512);  // cbrt(0.512) = 0.8
  REQUIRE(fast);
  CHECK(fast->fridericia_ms == Approx(375));
  CHECK(fast->framingham_ms == Approx(300 + 154 * 0.488));
  CHECK(fast->hodges_ms == Approx(300 + 1.75 * (60 / 0.512 - 60)));
  const auto square = ecg::correct_qt(320, 640);  // sqrt(0.64) = 0.8
  REQUIRE(square);
  CHECK(square->bazett_ms == Approx(400));
}

TEST_CASE("Nothing is corrected without a QT and an RR, and doubts are named") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(ecg::correct_qt(0, 1000));
  CHECK_FALSE(ecg::correct_qt(400, 0));
  CHECK_FALSE(ecg::correct_qt(400, nan));
  CHECK_FALSE(ecg::qtc_doubts(800, 90).rate);
  CHECK(ecg::qtc_doubts(1250, 90).rate);
  CHECK(ecg::qtc_doubts(540, {}).rate);
  CHECK(ecg::qtc_doubts(800, 120).wide_qrs);
  CHECK_FALSE(ecg::qtc_doubts(800, {}).wide_qrs);
}
