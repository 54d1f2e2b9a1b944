#include "dsp/baseline.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <tuple>
#include <vector>

#include "test_ecg.h"

using Catch::Approx;
using ecg::test::add_sine;
using ecg::test::ecg_signal;
using ecg::test::EcgShape;
using ecg::test::quiet_sample;
using ecg::test::st_error_mv;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<ecg::SampleIndex> quiet_knots(int beats, const EcgShape& shape) {
  std::vector<ecg::SampleIndex> knots;
  for (int beat = 0; beat < beats; ++beat) {
    knots.push_back(static_cast<ecg::SampleIndex>(quiet_sample(beat, 500, shape)));
  }
  return knots;
}

}  // namespace

TEST_CASE("The high-pass states what it does to the ST segment") {
  const EcgShape shape{.noise_mv = 0};
  REQUIRE(st_error_mv(ecg_signal(10, 500, 1, shape), shape) < 0.002);
  // Below 0.5 Hz the ends of a 10-s record count for more than the heart does.
  for (const auto& [cutoff_hz, least_mv, most_mv] :
       {std::tuple{0.05, 0.0, 0.006}, {0.5, 0.0, 0.01}, {0.67, 0.0, 0.025}, {2.0, 0.1, 0.3}}) {
    ecg::Signal signal = ecg_signal(10, 500, 1, shape);
    REQUIRE(ecg::remove_baseline(signal, cutoff_hz));
    CAPTURE(cutoff_hz, st_error_mv(signal, shape));
    CHECK(st_error_mv(signal, shape) >= least_mv);
    CHECK(st_error_mv(signal, shape) < most_mv);
  }
}

TEST_CASE("The high-pass removes wander") {
  for (const double cutoff_hz : {0.5, 0.67}) {
    ecg::Signal signal = ecg_signal(20, 500, 1);
    ecg::Signal wandering = signal;
    add_sine(wandering, 0.5, 0.15, 1);
    REQUIRE(ecg::remove_baseline(signal, cutoff_hz));
    REQUIRE(ecg::remove_baseline(wandering, cutoff_hz));
    for (std::size_t i = 2500; i < 7500; ++i) {
      CHECK(std::fabs(wandering.lead(0)[i] - signal.lead(0)[i]) < 0.01);
    }
  }
}

TEST_CASE("The spline leaves the ST segment as it is") {
  for (const double rate : {50.0, 72.0, 100.0}) {
    const EcgShape shape{.beats_per_minute = rate, .noise_mv = 0};
    ecg::Signal signal = ecg_signal(14, 500, 1, shape);
    add_sine(signal, 0.5, 0.15, 1);
    const auto knots = quiet_knots(11, shape);
    const auto baseline = ecg::baseline_spline(signal.lead(0), knots, 5);
    REQUIRE(baseline);
    for (std::size_t i = 0; i < baseline->size(); ++i) signal.lead(0)[i] -= (*baseline)[i];
    CAPTURE(rate, st_error_mv(signal, shape));
    CHECK(st_error_mv(signal, shape) < 0.01);
  }
}

TEST_CASE("A natural spline goes through its knots and reproduces lines exactly") {
  std::vector<float> line(1000);
  for (std::size_t i = 0; i < line.size(); ++i) line[i] = 0.5f + 0.002f * static_cast<float>(i);
  const std::vector<ecg::SampleIndex> knots = {100, 150, 400, 420, 900};
  const auto baseline = ecg::baseline_spline(line, knots, 3);
  REQUIRE(baseline);
  for (std::size_t i = 100; i <= 900; ++i) CHECK(std::fabs((*baseline)[i] - line[i]) < 1e-5);
  CHECK((*baseline)[0] == Approx(line[100]).epsilon(1e-6));
  CHECK((*baseline)[999] == Approx(line[900]).epsilon(1e-6));

  std::vector<float> wave(1000);
  for (std::size_t i = 0; i < wave.size(); ++i) wave[i] = std::sin(static_cast<float>(i) * 0.02f);
  const auto curve = ecg::baseline_spline(wave, knots, 0);
  REQUIRE(curve);
  for (const ecg::SampleIndex at : knots) {
    CHECK((*curve)[static_cast<std::size_t>(at)] ==
          Approx(wave[static_cast<std::size_t>(at)]).margin(1e-6));
  }
  // Smooth: no jump of the slope at a knot.
  for (const std::size_t at : {150u, 400u, 420u}) {
    const double before = (*curve)[at] - (*curve)[at - 1];
    const double after = (*curve)[at + 1] - (*curve)[at];
    CHECK(std::fabs(after - before) < 1e-3);
  }
}

TEST_CASE("One knot gives a constant; knots in gaps are skipped") {
  std::vector<float> samples(100, 2.0f);
  for (std::size_t i = 40; i < 60; ++i) samples[i] = kNan;
  const std::vector<ecg::SampleIndex> knots = {50, 80};
  const auto baseline = ecg::baseline_spline(samples, knots, 4);
  REQUIRE(baseline);
  for (const float x : *baseline) CHECK(x == 2.0f);
}

TEST_CASE("Knots that make no sense are refused") {
  using Knots = std::vector<ecg::SampleIndex>;
  const std::vector<float> samples(100, 1.0f);
  const std::vector<float> missing(100, kNan);
  const auto code = [](const std::vector<float>& from, const Knots& knots, ecg::SampleIndex width) {
    const auto baseline = ecg::baseline_spline(from, knots, width);
    REQUIRE_FALSE(baseline);
    return baseline.error().code;
  };
  CHECK(code(samples, {}, 0) == ecg::ErrorCode::kInsufficientData);
  CHECK(code(missing, {10, 20}, 3) == ecg::ErrorCode::kInsufficientData);
  CHECK(code(samples, {10, 10}, 0) == ecg::ErrorCode::kInvalidArgument);
  CHECK(code(samples, {-1, 10}, 0) == ecg::ErrorCode::kInvalidArgument);
  CHECK(code(samples, {10, 100}, 0) == ecg::ErrorCode::kInvalidArgument);
  CHECK(code(samples, {10}, -1) == ecg::ErrorCode::kInvalidArgument);
  ecg::Signal signal = ecg_signal(1, 500, 1);
  CHECK_FALSE(ecg::remove_baseline(signal, 0));
  CHECK_FALSE(ecg::remove_baseline(signal, 250));
}
