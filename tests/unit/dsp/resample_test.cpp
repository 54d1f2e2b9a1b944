#include "dsp/resample.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "core/philox.h"
#include "dsp/resample_filter.h"
#include "test_ecg.h"

using Catch::Approx;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
const double kPi = std::acos(-1.0);

template <typename Function>
ecg::Signal sampled(Function value_at_s, ecg::SampleIndex count, double rate_hz) {
  ecg::Signal signal({ecg::label_of(ecg::Lead::kII)}, count, rate_hz);
  for (ecg::SampleIndex i = 0; i < count; ++i) {
    signal.lead(0)[static_cast<std::size_t>(i)] =
        static_cast<float>(value_at_s(static_cast<double>(i) / rate_hz));
  }
  return signal;
}

ecg::Signal resampled(const ecg::Signal& signal, double rate_hz) {
  auto result = ecg::resample(signal, rate_hz);
  REQUIRE(result);
  return std::move(result).value();
}

/// Largest |x - expected(t)| away from both ends by `margin_s`.
template <typename Function>
double largest_error(const ecg::Signal& signal, Function expected, double margin_s) {
  double largest = 0;
  for (std::size_t i = 0; i < signal.lead(0).size(); ++i) {
    const double t = static_cast<double>(i) / signal.sampling_rate_hz();
    if (t < margin_s || t > signal.duration_s() - margin_s) continue;
    largest = std::max(largest, std::fabs(signal.lead(0)[i] - expected(t)));
  }
  return largest;
}

/// Height of a sine of `at_hz` after resampling, away from the ends.
double gain_at(double at_hz, double from_hz, double to_hz) {
  const auto sine = [&](double t) { return std::sin(2 * kPi * at_hz * t + 0.3); };
  const ecg::Signal result =
      resampled(sampled(sine, static_cast<ecg::SampleIndex>(20 * from_hz), from_hz), to_hz);
  double squares = 0, count = 0;
  for (std::size_t i = result.lead(0).size() / 4; i < result.lead(0).size() * 3 / 4; ++i) {
    squares += double{result.lead(0)[i]} * result.lead(0)[i];
    ++count;
  }
  return std::sqrt(2 * squares / count);
}

}  // namespace

TEST_CASE("Ratios are in lowest terms and exact for usual rates") {
  const auto check = [](double from_hz, double to_hz, std::int64_t up, std::int64_t down) {
    const auto ratio = ecg::resample_ratio(from_hz, to_hz);
    REQUIRE(ratio);
    CAPTURE(from_hz, to_hz);
    CHECK(ratio->up == up);
    CHECK(ratio->down == down);
    CHECK(ratio->relative_error == 0);
  };
  check(500, 100, 1, 5);
  check(360, 250, 25, 36);
  check(128, 100, 25, 32);
  check(1000, 100, 1, 10);
  check(100, 500, 5, 1);
  check(257.3, 100, 1000, 2573);
  check(100, 257.3, 2573, 1000);
  check(250, 250, 1, 1);
  check(62.5, 1000, 16, 1);
  check(999.0, 998.0, 998, 999);
  check(4096, 1, 1, 4096);
}

TEST_CASE("Other ratios are approximated within the stated error") {
  ecg::RandomStream random({.seed = 1});
  double largest = 0;
  for (int i = 0; i < 20000; ++i) {
    const double from_hz = random.uniform(90, 2000);
    const double to_hz =
        i % 2 ? random.uniform(90, 2000) : from_hz / 5 * random.uniform(0.999, 1.001);
    const auto ratio = ecg::resample_ratio(from_hz, to_hz);
    REQUIRE(ratio);
    CHECK(ratio->up <= 4096);
    CHECK(ratio->down <= 4096);
    const double exact = to_hz / from_hz;
    const double reached = static_cast<double>(ratio->up) / static_cast<double>(ratio->down);
    CHECK(reached / exact - 1 == Approx(ratio->relative_error).margin(1e-11));
    largest = std::max(largest, std::fabs(ratio->relative_error));
  }
  CAPTURE(largest);
  CHECK(largest < 1.3e-4);
}

TEST_CASE("Impossible rates are refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double rate_hz : {0.0, -1.0, nan, infinity, 1e9, 1e-9}) {
    CHECK_FALSE(ecg::resample_ratio(500, rate_hz));
    CHECK_FALSE(ecg::resample_ratio(rate_hz, 500));
  }
  const ecg::Signal signal = sampled([](double) { return 1.0; }, 10, 500);
  CHECK(ecg::resample(signal, 0).error().code == ecg::ErrorCode::kInvalidArgument);
  ecg::SignalView huge = signal;
  huge.sample_count = ecg::SampleIndex{1} << 29;  // refused before a sample is read
  CHECK(ecg::resample(huge, 5000).error().code == ecg::ErrorCode::kTooLarge);
}

TEST_CASE("Equal rates return the same bits, gaps included") {
  ecg::Signal signal = sampled([](double t) { return std::sin(t) * 3; }, 77, 250);
  signal.lead(0)[5] = kNan;
  const ecg::Signal result = resampled(signal, 250);
  CHECK(std::memcmp(result.values().data(), signal.values().data(), 77 * sizeof(float)) == 0);
}

TEST_CASE("The result holds ceil(n up / down) samples") {
  for (const ecg::SampleIndex count : {0, 1, 2, 4, 5, 6, 99, 100, 101}) {
    const ecg::Signal signal = sampled([](double) { return 2.0; }, count, 500);
    const ecg::Signal down = resampled(signal, 100), up = resampled(signal, 1250);
    CHECK(down.sample_count() == (count + 4) / 5);
    CHECK(up.sample_count() == (count * 5 + 1) / 2);
    CHECK(down.sampling_rate_hz() == 100);
    for (const float x : up.values()) CHECK(std::fabs(x - 2) < 1e-6);
    for (const float x : down.values()) CHECK(std::fabs(x - 2) < 1e-6);
  }
}

TEST_CASE("Constants stay constants and lines stay lines up to the ends") {
  for (const double rate_hz : {100.0, 250.0, 257.3, 720.0}) {
    const auto line = [](double t) { return 1 + 0.5 * t; };
    const ecg::Signal result = resampled(sampled(line, 1800, 360), rate_hz);
    CAPTURE(rate_hz);
    CHECK(largest_error(result, line, 0) < 2e-4);
    CHECK(largest_error(
              resampled(sampled([](double) { return 5.0; }, 1800, 360), rate_hz),
              [](double) { return 5.0; }, 0) < 5e-6);
  }
}

TEST_CASE("A slow sine is reproduced at the new sample times, without shift") {
  const auto sine = [](double t) { return std::sin(2 * kPi * 7 * t + 0.4); };
  for (const double rate_hz : {100.0, 128.0, 250.0, 360.0, 499.0, 1000.0}) {
    CAPTURE(rate_hz);
    const ecg::Signal result = resampled(sampled(sine, 5000, 500), rate_hz);
    CHECK(largest_error(result, sine, 0.5) < 2e-4);
    CHECK(largest_error(result, sine, 0) < 0.2);
  }
}

TEST_CASE("The ST segment keeps its level at every rate") {
  const ecg::test::EcgShape shape{.noise_mv = 0};
  const ecg::Signal signal = ecg::test::ecg_signal(10, 500, 1, shape);
  for (const double rate_hz : {100.0, 250.0, 360.0, 1000.0}) {
    CAPTURE(rate_hz, ecg::test::st_error_mv(resampled(signal, rate_hz), shape));
    CHECK(ecg::test::st_error_mv(resampled(signal, rate_hz), shape) < 0.005);
  }
}

TEST_CASE("The peak of a Gaussian stays in its place to a hundredth of a sample") {
  for (const double centre_s : {1.0, 1.003, 1.0071}) {
    const auto peak = [&](double t) { return std::exp(-0.5 * std::pow((t - centre_s) / 0.02, 2)); };
    for (const double rate_hz : {100.0, 250.0, 257.3, 1000.0}) {
      const ecg::Signal result = resampled(sampled(peak, 1000, 500), rate_hz);
      double weight = 0, moment = 0;
      for (std::size_t i = 0; i < result.lead(0).size(); ++i) {
        weight += result.lead(0)[i];
        moment += result.lead(0)[i] * static_cast<double>(i);
      }
      CAPTURE(centre_s, rate_hz);
      CHECK(std::fabs(moment / weight - centre_s * rate_hz) < 0.01);
    }
  }
}

TEST_CASE("The anti-alias filter keeps its stated bands") {
  // 500 -> 100 Hz: the lower Nyquist frequency is 50 Hz.
  for (const double at_hz : {1.0, 20.0, 38.0})
    CHECK(20 * std::log10(gain_at(at_hz, 500, 100)) == Approx(0).margin(0.001));
  CHECK(20 * std::log10(gain_at(42.5, 500, 100)) == Approx(-0.94).margin(0.02));
  CHECK(20 * std::log10(gain_at(46, 500, 100)) == Approx(-6).margin(0.2));
  for (const double at_hz : {54.0, 60.0, 77.0, 99.0, 130.0, 240.0}) {
    CAPTURE(at_hz);
    CHECK(20 * std::log10(gain_at(at_hz, 500, 100)) < -80);
  }
}

TEST_CASE("Gaps stay where they were and do not spread") {
  ecg::Signal signal = sampled([](double t) { return std::sin(2 * kPi * t); }, 1000, 500);
  for (std::size_t i = 500; i < 600; ++i) signal.lead(0)[i] = kNan;
  const ecg::Signal down = resampled(signal, 100);
  for (std::size_t i = 0; i < 200; ++i) {
    CAPTURE(i);
    CHECK(std::isnan(down.lead(0)[i]) == (i >= 100 && i < 120));
  }
  const ecg::Signal up = resampled(signal, 1000);
  for (std::size_t i = 0; i < 2000; ++i) {
    CAPTURE(i);
    CHECK(std::isnan(up.lead(0)[i]) == (i >= 999 && i <= 1199));
  }
  // Neighbours of the gap keep sensible values.
  CHECK(std::fabs(down.lead(0)[99] - std::sin(2 * kPi * 0.99)) < 0.05);
  const ecg::Signal none = resampled(sampled([](double) { return double{kNan}; }, 100, 500), 100);
  for (const float x : none.values()) CHECK(std::isnan(x));
}

TEST_CASE("Leads are resampled independently and keep their names") {
  ecg::Signal signal({ecg::label_of(ecg::Lead::kV1), ecg::label_from_name("MLII")}, 500, 500);
  signal.lead(0)[250] = 1;
  signal.lead(1)[100] = kNan;
  const ecg::Signal result = resampled(signal, 250);
  CHECK(result.leads()[0].lead == ecg::Lead::kV1);
  CHECK(ecg::display_name(result.leads()[1]) == "MLII");
  CHECK(result.lead(0)[125] > 0.4f);
  CHECK(std::isnan(result.lead(1)[50]));
  CHECK(result.lead(1)[60] == 0);
}

TEST_CASE("The Bessel function of the window has its tabulated values") {
  CHECK(ecg::bessel_i0(0) == 1);
  CHECK(ecg::bessel_i0(1) == Approx(1.2660658777520084).epsilon(1e-14));
  CHECK(ecg::bessel_i0(7.857) == Approx(374.07371087).epsilon(1e-9));
}
