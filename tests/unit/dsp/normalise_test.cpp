#include "dsp/normalise.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "core/philox.h"

using Catch::Approx;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

ecg::Signal three_leads() {
  ecg::Signal signal(
      {ecg::label_of(ecg::Lead::kI), ecg::label_of(ecg::Lead::kII), ecg::label_of(ecg::Lead::kV1)},
      500, 100);
  ecg::RandomStream random({.seed = 3});
  for (float& x : signal.lead(0)) x = static_cast<float>(random.normal(100.0, 0.2));
  for (float& x : signal.lead(1)) x = static_cast<float>(random.normal(-1.0, 3.0));
  for (float& x : signal.lead(2)) x = 0.25f;
  return signal;
}

}  // namespace

TEST_CASE("Z-scores per lead have mean 0 and deviation 1 and can be undone") {
  ecg::Signal signal = three_leads();
  const ecg::Signal before = signal;
  const auto by = ecg::zscore_leads(signal);
  REQUIRE(by.size() == 3);
  for (const std::size_t row : {0u, 1u}) {
    const ecg::OffsetScale now = ecg::offset_scale(signal.lead(row));
    CHECK(now.offset == Approx(0).margin(1e-6));
    CHECK(now.scale == Approx(1).epsilon(1e-6));
    for (std::size_t i = 0; i < 500; ++i) {
      const double mv = signal.lead(row)[i] * by[row].scale + by[row].offset;
      CHECK(std::fabs(mv - before.lead(row)[i]) < 1e-5);
    }
  }
  // The deviation of 0.2 is not lost under the mean of 100.
  double sum = 0, squares = 0;
  for (const float x : before.lead(0)) {
    sum += x - 100.0;
    squares += (x - 100.0) * (x - 100.0);
  }
  CHECK(by[0].scale == Approx(std::sqrt(squares / 500 - sum * sum / 250000)).epsilon(1e-9));
  CHECK(by[2].scale == 1);
  CHECK(by[2].offset == 0.25);
  for (const float x : signal.lead(2)) CHECK(x == 0);
}

TEST_CASE("Z-scores per record keep the ratios between leads") {
  ecg::Signal signal = three_leads();
  const ecg::Signal before = signal;
  const ecg::OffsetScale by = ecg::zscore_record(signal);
  double sum = 0, squares = 0;
  for (const float x : signal.values()) {
    sum += x;
    squares += double{x} * x;
  }
  CHECK(sum / 1500 == Approx(0).margin(1e-6));
  CHECK(squares / 1500 == Approx(1).epsilon(1e-5));
  const double ratio =
      (signal.lead(1)[3] - signal.lead(1)[9]) / (signal.lead(0)[3] - signal.lead(0)[9]);
  const double expected =
      (before.lead(1)[3] - before.lead(1)[9]) / (before.lead(0)[3] - before.lead(0)[9]);
  CHECK(ratio == Approx(expected).epsilon(1e-4));
  CHECK(by.offset > 0);
}

TEST_CASE("Missing samples are left out and stay missing") {
  std::vector<float> samples = {1, kNan, 3, kNan};
  const ecg::OffsetScale by = ecg::offset_scale(samples);
  CHECK(by.offset == 2);
  CHECK(by.scale == 1);
  ecg::apply_offset_scale(samples, by);
  CHECK(samples[0] == -1);
  CHECK(samples[2] == 1);
  CHECK(std::isnan(samples[1]));
  const ecg::OffsetScale none = ecg::offset_scale(std::vector<float>(4, kNan));
  CHECK(none.offset == 0);
  CHECK(none.scale == 1);
}

TEST_CASE("Only the named leads count") {
  const ecg::Signal signal = three_leads();
  const std::size_t rows[] = {1};
  CHECK(ecg::offset_scale(signal, rows).offset == ecg::offset_scale(signal.lead(1)).offset);
}

TEST_CASE("Flat means less than 0.1 uV of deviation") {
  std::vector<float> samples(100, 0.7f);
  CHECK(ecg::is_flat(samples));
  samples[50] = 0.71f;
  CHECK_FALSE(ecg::is_flat(samples));
  for (float& x : samples) x = 0.7f;
  samples[99] = 0.7f + 0.0009f;  // deviation 0.09 uV, then 0.11 uV
  CHECK(ecg::is_flat(samples));
  samples[99] = 0.7f + 0.0011f;
  CHECK_FALSE(ecg::is_flat(samples));
  CHECK(ecg::is_flat(std::vector<float>(3, kNan)));
  CHECK(ecg::is_flat({}));
}
