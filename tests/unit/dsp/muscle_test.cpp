#include "dsp/muscle.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <tuple>

#include "core/philox.h"
#include "dsp/butterworth.h"
#include "test_ecg.h"

using Catch::Approx;
using ecg::test::ecg_signal;
using ecg::test::EcgShape;
using ecg::test::st_sample;

namespace {

/// Share of height that the largest (sign 1) or lowest (-1) value loses.
double loss(const ecg::Signal& before, const ecg::Signal& after, float sign) {
  const auto top = [sign](const ecg::Signal& signal) {
    float most = 0;
    for (const float value : signal.lead(0)) most = std::max(most, sign * value);
    return static_cast<double>(most);
  };
  return 1 - top(after) / top(before);
}

}  // namespace

TEST_CASE("The muscle low-pass states what it does to ST and QRS") {
  const EcgShape shape{.noise_mv = 0};
  for (const double rate_hz : {500.0, 1000.0}) {
    const ecg::Signal before = ecg_signal(10, rate_hz, 1, shape);
    for (const auto& [cutoff_hz, st_mv, r_loss, s_loss] : {std::tuple{40.0, 0.001, 0.05, 0.09},
                                                           {35.0, 0.001, 0.07, 0.14},
                                                           {20.0, 0.01, 0.25, 0.62}}) {
      ecg::Signal after = before;
      REQUIRE(ecg::reduce_muscle_noise(after, cutoff_hz));
      CAPTURE(rate_hz, cutoff_hz);
      for (int beat = 2; beat < 9; ++beat) {
        const std::size_t at = st_sample(beat, rate_hz, shape);
        CHECK(std::fabs(after.lead(0)[at] - before.lead(0)[at]) < st_mv);
      }
      CHECK(loss(before, after, 1) == Approx(r_loss).margin(0.01));
      CHECK(loss(before, after, -1) == Approx(s_loss).margin(0.02));
    }
  }
}

TEST_CASE("The muscle low-pass moves no peak and takes most of white noise away") {
  const EcgShape shape{.noise_mv = 0};
  const ecg::Signal clean = ecg_signal(10, 500, 1, shape);
  ecg::Signal filtered = clean, noise = clean;
  REQUIRE(ecg::reduce_muscle_noise(filtered));
  const auto peak = [](const ecg::Signal& signal) {
    const auto lead = signal.lead(0);
    return std::max_element(lead.begin() + 1200, lead.begin() + 1500) - lead.begin();
  };
  CHECK(peak(filtered) == peak(clean));
  ecg::RandomStream random({.seed = 4});
  for (float& value : noise.lead(0)) value = static_cast<float>(0.05 * random.normal());
  REQUIRE(ecg::reduce_muscle_noise(noise, 35));
  double squares = 0;
  for (const float value : noise.lead(0)) squares += static_cast<double>(value) * value;
  CHECK(std::sqrt(squares / 5000) < 0.021);  // 35 of 250 Hz are left: sqrt(35 / 250) * 0.05
}

TEST_CASE("The muscle low-pass ends at -6 dB, keeps gaps, and refuses impossible edges") {
  const auto sections = ecg::design_butterworth(ecg::FilterKind::kLowPass, 2, 0, 35, 500);
  REQUIRE(sections);
  const double once = ecg::filter_gain(*sections, 35, 500);
  CHECK(20 * std::log10(once * once) == Approx(-6.02).margin(0.01));
  ecg::Signal signal = ecg_signal(4, 500, 2);
  signal.lead(1)[700] = std::numeric_limits<float>::quiet_NaN();
  REQUIRE(ecg::reduce_muscle_noise(signal));
  CHECK(std::isnan(signal.lead(1)[700]));
  CHECK(std::isfinite(signal.lead(1)[701]));
  CHECK_FALSE(ecg::reduce_muscle_noise(signal, 0));
  CHECK_FALSE(ecg::reduce_muscle_noise(signal, 250));
}
