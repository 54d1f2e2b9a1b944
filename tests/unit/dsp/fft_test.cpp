#include "dsp/fft.h"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

#include "core/philox.h"

namespace {

using Spectrum = std::vector<std::complex<float>>;
const double kPi = std::acos(-1.0);

std::vector<float> noise(ecg::SampleIndex count, std::uint64_t seed) {
  ecg::RandomStream random({.seed = seed});
  std::vector<float> samples(static_cast<std::size_t>(count));
  for (float& x : samples) x = static_cast<float>(random.normal());
  return samples;
}

ecg::FftPlan plan_of(ecg::SampleIndex length) {
  auto plan = ecg::FftPlan::create(length);
  REQUIRE(plan);
  return std::move(plan).value();
}

Spectrum transform(ecg::FftPlan& plan, const std::vector<float>& samples) {
  Spectrum spectrum(static_cast<std::size_t>(plan.bin_count()));
  const float* from[] = {samples.data()};
  std::complex<float>* to[] = {spectrum.data()};
  plan.forward(from, to);
  return spectrum;
}

constexpr std::array<ecg::SampleIndex, 10> kLengths = {2, 4, 6, 10, 34, 74, 256, 1000, 4096, 5000};

}  // namespace

TEST_CASE("Forward and inverse transforms of one to four leads return the signals") {
  for (const ecg::SampleIndex length : kLengths) {
    ecg::FftPlan plan = plan_of(length);
    CHECK(plan.length() == length);
    for (std::size_t leads = 1; leads <= 4; ++leads) {
      std::vector<std::vector<float>> signals, restored;
      std::vector<Spectrum> spectra(leads, Spectrum(static_cast<std::size_t>(plan.bin_count())));
      for (std::size_t lead = 0; lead < leads; ++lead) {
        signals.push_back(noise(length, 100 * leads + lead));
        restored.emplace_back(signals.back().size());
      }
      std::vector<const float*> in;
      std::vector<float*> out;
      std::vector<std::complex<float>*> bins;
      for (std::size_t lead = 0; lead < leads; ++lead) {
        in.push_back(signals[lead].data());
        out.push_back(restored[lead].data());
        bins.push_back(spectra[lead].data());
      }
      plan.forward(in, bins);
      plan.inverse(std::vector<const std::complex<float>*>(bins.begin(), bins.end()), out);
      double largest = 0;
      for (std::size_t lead = 0; lead < leads; ++lead) {
        for (std::size_t i = 0; i < signals[lead].size(); ++i) {
          largest = std::max(largest, std::fabs(double{signals[lead][i]} - restored[lead][i]));
        }
        // A lead does not depend on its neighbours.
        CHECK(spectra[lead] == transform(plan, signals[lead]));
      }
      CAPTURE(length, leads);
      CHECK(largest < 5e-6);
    }
  }
}

TEST_CASE("Parseval: a spectrum carries the energy of its signal") {
  for (const ecg::SampleIndex length : kLengths) {
    ecg::FftPlan plan = plan_of(length);
    const auto samples = noise(length, 7);
    const Spectrum spectrum = transform(plan, samples);
    double time = 0, frequency = 0;
    for (const float x : samples) time += double{x} * x;
    for (std::size_t k = 0; k < spectrum.size(); ++k) {
      const bool once = k == 0 || k + 1 == spectrum.size();
      frequency += (once ? 1 : 2) * std::norm(std::complex<double>(spectrum[k]));
    }
    CAPTURE(length);
    CHECK(std::fabs(frequency / static_cast<double>(length) / time - 1) < 1e-5);
  }
}

TEST_CASE("An impulse has a flat spectrum whose phase tells its place") {
  ecg::FftPlan plan = plan_of(360);
  std::vector<float> samples(360);
  samples[7] = 1;
  const Spectrum spectrum = transform(plan, samples);
  for (std::size_t k = 0; k < spectrum.size(); ++k) {
    const double angle = -2 * kPi * 7 * static_cast<double>(k) / 360;
    CHECK(std::abs(std::complex<double>(spectrum[k]) - std::polar(1.0, angle)) < 1e-6);
  }
}

TEST_CASE("A pure tone fills one bin") {
  ecg::FftPlan plan = plan_of(5000);
  std::vector<float> samples(5000);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<float>(std::cos(2 * kPi * 123 * static_cast<double>(i) / 5000));
  }
  const Spectrum spectrum = transform(plan, samples);
  for (std::size_t k = 0; k < spectrum.size(); ++k) {
    CHECK(std::abs(std::complex<double>(spectrum[k]) - (k == 123 ? 2500.0 : 0.0)) < 3e-3);
  }
}

TEST_CASE("The transform is linear") {
  ecg::FftPlan plan = plan_of(1000);
  const auto a = noise(1000, 1), b = noise(1000, 2);
  std::vector<float> mixed(1000);
  for (std::size_t i = 0; i < mixed.size(); ++i) mixed[i] = 3 * a[i] - b[i];
  const Spectrum fa = transform(plan, a), fb = transform(plan, b), fm = transform(plan, mixed);
  for (std::size_t k = 0; k < fm.size(); ++k)
    CHECK(std::abs(fm[k] - (3.0f * fa[k] - fb[k])) < 1e-3);
}

TEST_CASE("A moved plan keeps working; odd and absurd lengths are refused") {
  ecg::FftPlan plan = plan_of(16);
  ecg::FftPlan moved = std::move(plan);
  plan = plan_of(8);
  CHECK(std::abs(transform(moved, std::vector<float>(16, 1.0f))[0] - 16.0f) < 1e-6);
  CHECK(std::abs(transform(plan, std::vector<float>(8, 1.0f))[0] - 8.0f) < 1e-6);
  for (const ecg::SampleIndex length : {-2, 0, 1, 3, 5001, (1 << 26) + 2}) {
    const auto refused = ecg::FftPlan::create(length);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ecg::ErrorCode::kInvalidArgument);
  }
}

TEST_CASE("Fast lengths are even, large enough and free of primes above 5") {
  CHECK(ecg::fast_fft_length(0) == 2);
  CHECK(ecg::fast_fft_length(2) == 2);
  CHECK(ecg::fast_fft_length(7) == 8);
  CHECK(ecg::fast_fft_length(5000) == 5000);
  CHECK(ecg::fast_fft_length(5001) == 5120);
  CHECK(ecg::fast_fft_length(15) == 16);
}
