#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "core/philox.h"
#include "dsp/butterworth.h"

using ecg::design_butterworth;
using ecg::filter_zero_phase;
using ecg::FilterKind;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
const double kPi = std::acos(-1.0);

std::vector<ecg::Biquad> band_pass(int order = 4) {
  return *design_butterworth(FilterKind::kBandPass, order, 0.5, 40, 500);
}

std::vector<float> noise(std::size_t count, std::uint64_t seed) {
  ecg::RandomStream random({.seed = seed});
  std::vector<float> samples(count);
  for (float& x : samples) x = static_cast<float>(random.normal());
  return samples;
}

bool same_bits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

}  // namespace

TEST_CASE("A sine inside the pass band keeps its place and height, squared edge gain at the edge") {
  const auto low_pass = *design_butterworth(FilterKind::kLowPass, 4, 0, 40, 500);
  for (const double at_hz : {2.0, 10.0, 25.0, 40.0, 60.0}) {
    std::vector<float> samples(5000);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      samples[i] = static_cast<float>(std::sin(2 * kPi * at_hz * static_cast<double>(i) / 500));
    }
    const std::vector<float> before = samples;
    filter_zero_phase(low_pass, samples);
    const double gain = std::pow(ecg::filter_gain(low_pass, at_hz, 500), 2);
    double largest = 0;
    for (std::size_t i = 500; i + 500 < samples.size(); ++i) {
      largest = std::max(largest, std::fabs(samples[i] - gain * before[i]));
    }
    CAPTURE(at_hz, gain);
    CHECK(largest < 2e-6);
  }
}

TEST_CASE("Constants stay constants after a low-pass and vanish after a high-pass") {
  const auto low_pass = *design_butterworth(FilterKind::kLowPass, 5, 0, 40, 500);
  const auto high_pass = *design_butterworth(FilterKind::kHighPass, 5, 0.05, 0, 500);
  const auto stop = *design_butterworth(FilterKind::kBandStop, 2, 48, 52, 500);
  for (const std::size_t count : {1u, 2u, 3u, 10u, 400u}) {
    for (const auto& [sections, gain] :
         {std::pair{low_pass, 1.0f}, {high_pass, 0.0f}, {stop, 1.0f}}) {
      std::vector<float> samples(count, 1.5f);
      filter_zero_phase(sections, samples);
      for (const float x : samples) CHECK(std::fabs(x - gain * 1.5f) < 1e-6);
    }
  }
}

TEST_CASE("A straight line passes a low-pass unchanged up to its ends") {
  const auto low_pass = *design_butterworth(FilterKind::kLowPass, 4, 0, 40, 500);
  std::vector<float> samples(1000);
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = 0.001f * static_cast<float>(i);
  const auto before = samples;
  filter_zero_phase(low_pass, samples);
  // The odd extension continues the line; what remains is the end of the extension, 27 samples
  // away.
  for (std::size_t i = 0; i < samples.size(); ++i) CHECK(std::fabs(samples[i] - before[i]) < 0.002);
  CHECK(std::fabs(samples[500] - before[500]) < 1e-6);
}

TEST_CASE("Filtering is linear") {
  const auto sections = band_pass();
  std::vector<float> a = noise(800, 1), b = noise(800, 2), sum(800);
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = a[i] + 2 * b[i];
  for (std::vector<float>* samples : {&a, &b, &sum}) filter_zero_phase(sections, *samples);
  double largest = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    largest = std::max(largest, std::fabs(double{sum[i]} - a[i] - 2.0 * b[i]));
  }
  CHECK(largest < 2e-6);
}

TEST_CASE("Time has no direction: filtering a reversed signal reverses the result") {
  const auto low_pass = *design_butterworth(FilterKind::kLowPass, 4, 0, 40, 500);
  std::vector<float> samples = noise(800, 1);
  std::vector<float> reversed(samples.rbegin(), samples.rend());
  filter_zero_phase(low_pass, samples);
  filter_zero_phase(low_pass, reversed);
  double largest = 0;
  for (std::size_t i = 200; i < 600; ++i) {  // the ends differ by what the extension cuts off
    largest = std::max(largest, std::fabs(double{reversed[799 - i]} - samples[i]));
  }
  CHECK(largest < 1e-6);
}

TEST_CASE("Each finite run is filtered on its own and gaps stay gaps") {
  const auto sections = band_pass();
  std::vector<float> samples = noise(1000, 3);
  samples[200] = kNan;
  for (std::size_t i = 600; i < 650; ++i) samples[i] = kNan;
  samples[652] = std::numeric_limits<float>::infinity();
  std::vector<float> alone(samples.begin() + 201, samples.begin() + 600);
  std::vector<float> pair(samples.begin() + 650, samples.begin() + 652);
  filter_zero_phase(sections, alone);
  filter_zero_phase(sections, pair);
  filter_zero_phase(sections, samples);
  CHECK(std::isnan(samples[200]));
  CHECK(std::isnan(samples[649]));
  CHECK(std::isinf(samples[652]));
  CHECK(same_bits(alone, {samples.data() + 201, 399}));
  CHECK(same_bits(pair, {samples.data() + 650, 2}));
  CHECK(std::count_if(samples.begin(), samples.end(), [](float x) { return !std::isfinite(x); }) ==
        52);
}

TEST_CASE("Signals shorter than the extension, and empty ones, are handled") {
  for (const int order : {1, 4, 5, 8}) {
    for (std::size_t count = 0; count <= 30; ++count) {
      std::vector<float> samples = noise(count, 4);
      filter_zero_phase(band_pass(order), samples);
      for (const float x : samples) CHECK(std::fabs(x) < 100);
    }
  }
  std::vector<float> untouched = noise(10, 5);
  const auto before = untouched;
  filter_zero_phase({}, untouched);
  CHECK(same_bits(untouched, before));
}

TEST_CASE("Several leads at a time give the same bits as lead by lead") {
  for (const int order : {1, 2, 3, 4, 5, 9}) {
    const auto sections = band_pass(order);
    for (const std::size_t leads : {1u, 2u, 3u, 4u, 5u, 12u}) {
      ecg::Signal signal(std::vector<ecg::LeadLabel>(leads, ecg::label_of(ecg::Lead::kII)), 700,
                         500);
      for (std::size_t row = 0; row < leads; ++row) {
        const auto samples = noise(700, 10 + row);
        std::copy(samples.begin(), samples.end(), signal.lead(row).begin());
      }
      if (leads > 2) signal.lead(2)[300] = kNan;
      ecg::Signal by_lead = signal;
      filter_zero_phase(sections, signal);
      for (std::size_t row = 0; row < leads; ++row) filter_zero_phase(sections, by_lead.lead(row));
      CAPTURE(order, leads);
      CHECK(same_bits(signal.values(), by_lead.values()));
    }
  }
}
