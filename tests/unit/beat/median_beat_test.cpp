#include "beat/median_beat.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "core/philox.h"

using namespace ecg;
using Catch::Approx;

namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// A triangle of 1 mV, 80 ms wide, and a low broad hump after it.
float beat_mv(SampleIndex from_peak) {
  const double t = static_cast<double>(from_peak) / 500;
  const double spike = std::max(0.0, 1 - std::abs(t) / 0.04);
  const double hump = 0.2 * std::max(0.0, 1 - std::abs(t - 0.25) / 0.08);
  return static_cast<float>(spike + hump);
}

/// Beats with the given peaks in two leads; the second one is half as high and inverted.
Signal signal_with(const std::vector<SampleIndex>& peaks, SampleIndex count = 5000) {
  Signal signal({label_of(Lead::kI), label_of(Lead::kII)}, count, 500);
  for (const SampleIndex peak : peaks) {
    for (SampleIndex n = -150; n <= 250; ++n) {
      if (peak + n < 0 || peak + n >= count) continue;
      signal.lead(0)[static_cast<std::size_t>(peak + n)] += beat_mv(n);
      signal.lead(1)[static_cast<std::size_t>(peak + n)] -= beat_mv(n) / 2;
    }
  }
  return signal;
}

const std::vector<SampleIndex> kPeaks = {300, 800, 1310, 1790, 2300, 2800, 3295, 3800, 4300};

}  // namespace

TEST_CASE("the median of equal beats is that beat, whatever their levels") {
  Signal signal = signal_with(kPeaks);
  for (std::size_t i = 0; i < kPeaks.size(); ++i) {
    for (SampleIndex n = -200; n < 251; ++n) {
      signal.lead(0)[static_cast<std::size_t>(kPeaks[i] + n)] += static_cast<float>(i) / 8;
    }
  }
  const auto beat = median_beat(signal, kPeaks);
  REQUIRE(beat);
  CHECK(beat->beats == kPeaks.size());
  CHECK(beat->r_peak == 150);
  REQUIRE(beat->signal.sample_count() == 401);
  for (SampleIndex n = -120; n < 220; ++n) {
    const auto at = static_cast<std::size_t>(150 + n);
    REQUIRE(beat->signal.lead(0)[at] == Approx(beat_mv(n)).margin(1e-5));
    REQUIRE(beat->signal.lead(1)[at] == Approx(-beat_mv(n) / 2).margin(1e-5));
  }
}

TEST_CASE("R peaks that are off by some ms are aligned") {
  auto peaks = kPeaks;
  for (std::size_t i = 0; i < peaks.size(); ++i) peaks[i] += i % 2 ? 4 : -4;
  const auto beat = median_beat(signal_with(kPeaks), peaks);
  REQUIRE(beat);
  float top = 0;
  for (const float value : beat->signal.lead(0)) top = std::max(top, value);
  CHECK(top > 0.99f);
  const auto loose = median_beat(signal_with(kPeaks), peaks, {.align_s = 0});
  CHECK(loose->signal.lead(0)[150] < 0.9f);
}

TEST_CASE("noise shrinks with the number of beats, and an artefact leaves no trace") {
  Signal signal = signal_with(kPeaks);
  RandomStream random({.seed = 2});
  for (float& value : signal.lead(0)) value += static_cast<float>(0.05 * random.normal());
  for (std::size_t i = 1300; i < 1500; ++i) signal.lead(0)[i] += 3;
  const auto beat = median_beat(signal, kPeaks);
  REQUIRE(beat);
  double squares = 0;
  for (SampleIndex n = -120; n < 220; ++n) {
    const double away = beat->signal.lead(0)[static_cast<std::size_t>(150 + n)] - beat_mv(n);
    squares += away * away;
  }
  CHECK(std::sqrt(squares / 340) < 0.032);
}

TEST_CASE("gaps: a beat with missing samples is left out in that lead only") {
  Signal signal = signal_with(kPeaks);
  for (const SampleIndex peak : kPeaks) signal.lead(1)[static_cast<std::size_t>(peak)] = kMissing;
  signal.lead(0)[static_cast<std::size_t>(kPeaks[2])] = kMissing;
  const auto beat = median_beat(signal, kPeaks);
  REQUIRE(beat);
  CHECK(beat->signal.lead(0)[150] == Approx(1).margin(1e-5));
  CHECK(std::isnan(beat->signal.lead(1)[150]));
}

TEST_CASE("of many beats some are taken, and beats cut by an end are left out") {
  std::vector<SampleIndex> peaks;
  for (SampleIndex i = 0; i < 200; ++i) peaks.push_back(20 + i * 420);
  const auto beat = median_beat(signal_with(peaks, 200 * 420 + 20), peaks);
  REQUIRE(beat);
  CHECK(beat->beats == 63);
  CHECK(beat->signal.lead(0)[150] == Approx(1).margin(1e-5));
}

TEST_CASE("median beat: what is wrong is named") {
  const Signal signal = signal_with(kPeaks);
  const SampleIndex early[] = {10}, outside[] = {6000}, twice[] = {1000, 1000};
  CHECK(median_beat(signal, early).error().code == ErrorCode::kInsufficientData);
  CHECK(median_beat(signal, {}).error().code == ErrorCode::kInsufficientData);
  CHECK(median_beat(signal, outside).error().code == ErrorCode::kInvalidArgument);
  CHECK(median_beat(signal, twice).error().code == ErrorCode::kInvalidArgument);
  CHECK(median_beat(signal, kPeaks, {.before_s = 0}).error().code == ErrorCode::kInvalidArgument);
}
