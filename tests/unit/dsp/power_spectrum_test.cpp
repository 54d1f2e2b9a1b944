#include "dsp/power_spectrum.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "core/philox.h"
#include "test_ecg.h"

using Catch::Approx;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

ecg::Signal white_noise(ecg::SampleIndex count, std::size_t leads, double deviation_mv) {
  ecg::Signal signal(std::vector<ecg::LeadLabel>(leads, ecg::label_of(ecg::Lead::kI)), count, 500);
  ecg::RandomStream random({.seed = 2});
  for (float& x : signal.values()) x = static_cast<float>(random.normal(0, deviation_mv));
  return signal;
}

}  // namespace

TEST_CASE("The density of white noise is flat and adds up to its variance") {
  const auto spectrum = ecg::power_spectrum(white_noise(50000, 3, 0.1), {.segment_s = 1});
  REQUIRE(spectrum);
  CHECK(spectrum->bin_hz == 1);
  CHECK(spectrum->bin_count == 251);
  for (std::size_t row = 0; row < 3; ++row) {
    CHECK(spectrum->segments[row] == 199);
    CHECK(ecg::band_power(spectrum->lead(row), 1, 0, 251) == Approx(0.01).epsilon(0.03));
    CHECK(ecg::band_power(spectrum->lead(row), 1, 100, 200) == Approx(0.004).epsilon(0.05));
  }
}

TEST_CASE("A sine has half its squared height as power, around its frequency") {
  ecg::Signal signal({ecg::label_of(ecg::Lead::kI)}, 5000, 500);
  ecg::test::add_sine(signal, 0.4, 50.2);
  const auto spectrum = ecg::power_spectrum(signal);
  REQUIRE(spectrum);
  CHECK(spectrum->bin_hz == 0.25);
  CHECK(ecg::band_power(spectrum->lead(0), 0.25, 48, 52) == Approx(0.08).epsilon(1e-3));
  CHECK(ecg::band_power(spectrum->lead(0), 0.25, 0, 40) < 1e-6);
}

TEST_CASE("A constant has no power; the mean of each segment is taken away") {
  ecg::Signal signal({ecg::label_of(ecg::Lead::kI)}, 4000, 500);
  for (float& x : signal.values()) x = 3.5f;
  const auto spectrum = ecg::power_spectrum(signal);
  REQUIRE(spectrum);
  CHECK(ecg::band_power(spectrum->lead(0), spectrum->bin_hz, 0, 1000) < 1e-10);
}

TEST_CASE("Segments with a missing sample are left out") {
  ecg::Signal signal = white_noise(5000, 2, 0.1);
  const auto whole = ecg::power_spectrum(signal, {.segment_s = 1, .overlap = 0});
  signal.lead(0)[1700] = kNan;
  for (float& x : signal.lead(1)) x = kNan;
  const auto holed = ecg::power_spectrum(signal, {.segment_s = 1, .overlap = 0});
  REQUIRE(whole);
  REQUIRE(holed);
  CHECK(whole->segments == std::vector<ecg::SampleIndex>{10, 10});
  CHECK(holed->segments == std::vector<ecg::SampleIndex>{9, 0});
  CHECK(ecg::band_power(holed->lead(0), 1, 0, 251) == Approx(0.01).epsilon(0.1));
  CHECK(std::isnan(holed->lead(1)[3]));
}

TEST_CASE("A short signal is one segment; too short ones and odd options are refused") {
  const auto one = ecg::power_spectrum(white_noise(101, 1, 0.1));
  REQUIRE(one);
  CHECK(one->segments[0] == 1);
  CHECK(one->bin_count == 51);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto code = [](const ecg::Signal& signal, const ecg::WelchOptions& options) {
    const auto spectrum = ecg::power_spectrum(signal, options);
    REQUIRE_FALSE(spectrum);
    return spectrum.error().code;
  };
  CHECK(code(white_noise(7, 1, 0.1), {}) == ecg::ErrorCode::kInsufficientData);
  CHECK(code(white_noise(500, 1, 0.1), {.segment_s = 0.01}) == ecg::ErrorCode::kInsufficientData);
  CHECK(code(white_noise(500, 1, 0.1), {.segment_s = 0}) == ecg::ErrorCode::kInvalidArgument);
  CHECK(code(white_noise(500, 1, 0.1), {.segment_s = nan}) == ecg::ErrorCode::kInvalidArgument);
  CHECK(code(white_noise(500, 1, 0.1), {.overlap = 1}) == ecg::ErrorCode::kInvalidArgument);
  CHECK(code(white_noise(500, 1, 0.1), {.overlap = nan}) == ecg::ErrorCode::kInvalidArgument);
}
