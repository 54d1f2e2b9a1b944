#include "dsp/butterworth.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

using Catch::Approx;
using ecg::design_butterworth;
using ecg::filter_gain;
using ecg::FilterKind;

namespace {

/// Gain of an analog Butterworth filter seen through the bilinear transform.
double expected_low_pass(int order, double edge_hz, double at_hz, double rate_hz) {
  const double pi = std::acos(-1.0);
  const double ratio = std::tan(pi * at_hz / rate_hz) / std::tan(pi * edge_hz / rate_hz);
  return 1 / std::sqrt(1 + std::pow(ratio, 2 * order));
}

}  // namespace

TEST_CASE("A Butterworth low-pass has the closed-form gain at every order") {
  for (int order = 1; order <= 16; ++order) {
    const auto sections = design_butterworth(FilterKind::kLowPass, order, 0, 40, 500);
    REQUIRE(sections);
    CHECK(sections->size() == static_cast<std::size_t>((order + 1) / 2));
    for (const double at_hz : {0.0, 1.0, 20.0, 40.0, 60.0, 150.0}) {
      CAPTURE(order, at_hz);
      CHECK(filter_gain(*sections, at_hz, 500) ==
            Approx(expected_low_pass(order, 40, at_hz, 500)).epsilon(1e-9));
    }
  }
}

TEST_CASE("A high-pass is the low-pass mirrored") {
  for (int order = 1; order <= 16; ++order) {
    const auto sections = design_butterworth(FilterKind::kHighPass, order, 0.5, 0, 500);
    REQUIRE(sections);
    CAPTURE(order);
    CHECK(filter_gain(*sections, 0, 500) == 0.0);
    for (const double at_hz : {0.1, 0.4, 0.5, 1.0, 40.0, 249.0}) {
      const double mirrored = expected_low_pass(order, at_hz, 0.5, 500);
      CHECK(filter_gain(*sections, at_hz, 500) == Approx(mirrored).epsilon(1e-6));
    }
  }
}

TEST_CASE("Band filters have -3 dB edges, unit gain in the band and none outside") {
  const double root_half = std::sqrt(0.5);
  for (int order = 1; order <= 8; ++order) {
    CAPTURE(order);
    const auto pass = design_butterworth(FilterKind::kBandPass, order, 0.5, 40, 360);
    const auto stop = design_butterworth(FilterKind::kBandStop, order, 48, 52, 360);
    REQUIRE(pass);
    REQUIRE(stop);
    CHECK(pass->size() == static_cast<std::size_t>(order));
    CHECK(filter_gain(*pass, 0.5, 360) == Approx(root_half).epsilon(1e-8));
    CHECK(filter_gain(*pass, 40, 360) == Approx(root_half).epsilon(1e-8));
    CHECK(filter_gain(*pass, 5, 360) == Approx(1).epsilon(0.02));
    CHECK(filter_gain(*pass, 0, 360) < 1e-12);
    CHECK(filter_gain(*pass, 180, 360) < 1e-12);
    CHECK(filter_gain(*stop, 48, 360) == Approx(root_half).epsilon(1e-8));
    CHECK(filter_gain(*stop, 52, 360) == Approx(root_half).epsilon(1e-8));
    CHECK(filter_gain(*stop, 0, 360) == Approx(1).epsilon(1e-9));
    CHECK(filter_gain(*stop, 49.97, 360) < 0.02);
  }
}

TEST_CASE("Every section is stable") {
  for (const FilterKind kind : {FilterKind::kLowPass, FilterKind::kHighPass, FilterKind::kBandPass,
                                FilterKind::kBandStop}) {
    for (int order = 1; order <= 16; ++order) {
      for (const double rate_hz : {100.0, 500.0, 2000.0}) {
        const auto sections = design_butterworth(kind, order, 0.05, 45, rate_hz);
        REQUIRE(sections);
        for (const ecg::Biquad& s : *sections) {
          CHECK(std::fabs(s.a2) < 1);
          CHECK(std::fabs(s.a1) < 1 + s.a2);
        }
      }
    }
  }
}

TEST_CASE("Impossible filters are refused with the frequency and a remedy") {
  const auto above = design_butterworth(FilterKind::kLowPass, 4, 0, 60, 100);
  REQUIRE_FALSE(above);
  CHECK(above.error().code == ecg::ErrorCode::kInvalidArgument);
  CHECK(above.error().message.find("60 Hz") != std::string::npos);
  CHECK(above.error().hint.find("50 Hz") != std::string::npos);

  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(design_butterworth(FilterKind::kLowPass, 4, 0, 50, 100));
  CHECK_FALSE(design_butterworth(FilterKind::kHighPass, 4, 0, 0, 100));
  CHECK_FALSE(design_butterworth(FilterKind::kHighPass, 4, -1, 0, 100));
  CHECK_FALSE(design_butterworth(FilterKind::kHighPass, 4, nan, 0, 100));
  CHECK_FALSE(design_butterworth(FilterKind::kBandPass, 4, 40, 0.5, 500));
  CHECK_FALSE(design_butterworth(FilterKind::kBandPass, 4, 10, 10, 500));
  CHECK_FALSE(design_butterworth(FilterKind::kBandStop, 0, 1, 10, 500));
  CHECK_FALSE(design_butterworth(FilterKind::kBandStop, 17, 1, 10, 500));
  CHECK_FALSE(design_butterworth(FilterKind::kLowPass, 4, 0, 40, 0));
  CHECK_FALSE(design_butterworth(FilterKind::kLowPass, 4, 0, 40, nan));
}
