#include "dsp/mains.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/philox.h"
#include "test_ecg.h"

using Catch::Approx;
using ecg::test::add_sine;
using ecg::test::ecg_signal;

namespace {

struct Difference {
  double root_mean_square = 0;
  double largest = 0;
};

Difference difference(const ecg::Signal& a, const ecg::Signal& b) {
  Difference result;
  double squares = 0;
  for (std::size_t i = 0; i < a.values().size(); ++i) {
    const double d = double{a.values()[i]} - b.values()[i];
    squares += d * d;
    result.largest = std::max(result.largest, std::fabs(d));
  }
  result.root_mean_square = std::sqrt(squares / static_cast<double>(a.values().size()));
  return result;
}

ecg::Mains removed(ecg::Signal& signal, const ecg::MainsOptions& options = {}) {
  auto mains = ecg::remove_mains(signal, options);
  REQUIRE(mains);
  REQUIRE(mains->has_value());
  return **mains;
}

}  // namespace

TEST_CASE("Hum of any usual height and frequency is found and subtracted") {
  for (const double rate_hz : {250.0, 360.0, 500.0, 1000.0}) {
    const ecg::Signal clean = ecg_signal(10, rate_hz, 3);
    for (const double frequency_hz : {49.5, 49.9, 50.0, 50.3, 59.8, 60.0, 60.6}) {
      for (const double height_mv : {0.02, 0.1, 1.0}) {
        ecg::Signal signal = clean;
        add_sine(signal, height_mv, frequency_hz, 0.7);
        const ecg::Mains mains = removed(signal);
        const Difference left = difference(signal, clean);
        CAPTURE(rate_hz, frequency_hz, height_mv, left.root_mean_square, left.largest);
        CHECK(mains.frequency_hz == Approx(frequency_hz).margin(0.05));
        CHECK(mains.amplitude_mv[0] == Approx(height_mv).epsilon(0.05));
        CHECK(left.root_mean_square < 0.001 + 0.005 * height_mv);
        CHECK(left.largest < 0.004 + 0.02 * height_mv);
      }
    }
  }
}

TEST_CASE("Nothing rings after a QRS complex") {
  // With noise 100 times smaller than any wave, whatever the subtraction adds would be seen.
  const ecg::Signal clean = ecg_signal(10, 500, 1, {.noise_mv = 0.0005});
  ecg::Signal signal = clean;
  add_sine(signal, 0.05, 50);
  removed(signal);
  CHECK(difference(signal, clean).largest < 0.002);
}

TEST_CASE("Subtracting hum moves the ST segment by less than 5 uV") {
  const ecg::test::EcgShape shape{.noise_mv = 0.0005};
  for (const double height_mv : {0.05, 0.2}) {
    ecg::Signal signal = ecg_signal(10, 500, 1, shape);
    add_sine(signal, height_mv, 50, 0.7);
    REQUIRE(ecg::test::st_error_mv(signal, shape) > 0.02);
    removed(signal);
    CAPTURE(height_mv, ecg::test::st_error_mv(signal, shape));
    CHECK(ecg::test::st_error_mv(signal, shape) < 0.005);
  }
}

TEST_CASE("Without hum the signal keeps its bits") {
  for (const double rate_hz : {250.0, 500.0}) {
    for (const double noise_mv : {0.0005, 0.005, 0.05}) {
      ecg::Signal signal = ecg_signal(10, rate_hz, 3, {.noise_mv = noise_mv});
      const ecg::Signal before = signal;
      const auto mains = ecg::remove_mains(signal);
      REQUIRE(mains);
      CAPTURE(rate_hz, noise_mv);
      CHECK_FALSE(mains->has_value());
      CHECK(std::memcmp(signal.values().data(), before.values().data(),
                        signal.values().size_bytes()) == 0);
    }
  }
}

TEST_CASE("Only leads with hum are touched") {
  const ecg::Signal clean = ecg_signal(10, 500, 3);
  ecg::Signal signal = clean;
  ecg::Signal humming = clean;
  add_sine(humming, 0.1, 50.1);
  std::copy(humming.lead(1).begin(), humming.lead(1).end(), signal.lead(1).begin());
  const ecg::Mains mains = removed(signal);
  CHECK(mains.amplitude_mv[0] == 0);
  CHECK(mains.amplitude_mv[1] == Approx(0.1).epsilon(0.05));
  CHECK(std::equal(signal.lead(0).begin(), signal.lead(0).end(), clean.lead(0).begin()));
  CHECK(std::equal(signal.lead(2).begin(), signal.lead(2).end(), clean.lead(2).begin()));
}

TEST_CASE("Harmonics go too") {
  const ecg::Signal clean = ecg_signal(10, 500, 2);
  ecg::Signal signal = clean;
  add_sine(signal, 0.1, 50.05);
  add_sine(signal, 0.03, 100.1, 1);
  add_sine(signal, 0.05, 150.15, 2);
  removed(signal);
  CHECK(difference(signal, clean).root_mean_square < 0.002);
  ecg::Signal fundamental_only = clean;
  add_sine(fundamental_only, 0.1, 50.05);
  add_sine(fundamental_only, 0.05, 150.15, 2);
  removed(fundamental_only, {.nominal_hz = 50, .harmonics = 1});
  CHECK(difference(fundamental_only, clean).root_mean_square > 0.03);
}

TEST_CASE("Hum that grows or drifts is followed") {
  const ecg::Signal clean = ecg_signal(20, 500, 1);
  ecg::Signal signal = clean;
  for (std::size_t i = 0; i < signal.lead(0).size(); ++i) {
    const double t = static_cast<double>(i) / 500;
    const double turns = 50 * t + 0.01 * t * t;  // from 50.0 to 50.4 Hz
    signal.lead(0)[i] += static_cast<float>((0.05 + 0.005 * t) * std::sin(6.283185307 * turns));
  }
  removed(signal);
  const Difference left = difference(signal, clean);
  CAPTURE(left.root_mean_square, left.largest);
  CHECK(left.root_mean_square < 0.003);
}

TEST_CASE("Gaps stay gaps and do no harm around them") {
  const ecg::Signal clean = ecg_signal(10, 500, 1);
  ecg::Signal signal = clean;
  add_sine(signal, 0.1, 50);
  for (std::size_t i = 2000; i < 2600; ++i) {
    signal.lead(0)[i] = std::numeric_limits<float>::quiet_NaN();
  }
  removed(signal);
  for (std::size_t i = 0; i < 5000; ++i) {
    const bool gap = i >= 2000 && i < 2600;
    CHECK(std::isnan(signal.lead(0)[i]) == gap);
    if (!gap) CHECK(std::fabs(signal.lead(0)[i] - clean.lead(0)[i]) < 0.01);
  }
}

TEST_CASE("What cannot be treated is left alone, and odd options are refused") {
  for (const ecg::SampleIndex count : {0, 1, 3, 400}) {
    ecg::Signal signal({ecg::label_of(ecg::Lead::kI)}, count, 500);
    const auto mains = ecg::remove_mains(signal);
    REQUIRE(mains);
    CHECK_FALSE(mains->has_value());
  }
  ecg::Signal slow = ecg_signal(10, 100, 1);  // 50 Hz is the Nyquist frequency
  add_sine(slow, 0.1, 49);
  CHECK_FALSE(ecg::remove_mains(slow)->has_value());
  ecg::Signal flat({ecg::label_of(ecg::Lead::kI)}, 5000, 500);
  CHECK_FALSE(ecg::remove_mains(flat)->has_value());
  ecg::Signal missing = flat;
  for (float& x : missing.values()) x = std::numeric_limits<float>::quiet_NaN();
  CHECK_FALSE(ecg::remove_mains(missing)->has_value());
  ecg::Signal noise({ecg::label_of(ecg::Lead::kI)}, 5000, 500);
  ecg::RandomStream random({.seed = 5});
  for (float& x : noise.values()) x = static_cast<float>(random.normal());
  CHECK_FALSE(ecg::remove_mains(noise)->has_value());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const ecg::MainsOptions& options :
       {ecg::MainsOptions{.harmonics = 0}, ecg::MainsOptions{.harmonics = 9},
        ecg::MainsOptions{.nominal_hz = nan}, ecg::MainsOptions{.nominal_hz = 1}}) {
    CHECK(ecg::remove_mains(flat, options).error().code == ecg::ErrorCode::kInvalidArgument);
  }
}
