#include "beat/quality.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "core/exact_math.h"
#include "core/philox.h"
#include "synth/simulate.h"

using namespace ecg;
using Catch::Approx;

namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// A noise-free ECG of 20 s: one good lead (II), or all twelve.
Signal clean(double rate_hz = 500, bool all_leads = false) {
  SimulationOptions options;
  options.sampling_rate_hz = rate_hz;
  options.duration_s = 20;
  options.noise_scale = 0;
  options.heart_rate_bpm = 70;
  if (!all_leads) options.leads = {Lead::kII};
  auto simulation = simulate(options);
  REQUIRE(simulation.has_value());
  return std::move(simulation).value().recording.signal;
}

LeadQuality quality_of(const Signal& signal) {
  const auto quality = assess_quality(signal);
  REQUIRE(quality.has_value());
  REQUIRE(quality->leads.size() == signal.lead_count());
  return quality->leads[0];
}

void add_sine(Signal& signal, double hz, double mv) {
  for (std::size_t i = 0; i < signal.lead(0).size(); ++i) {
    const double turns = hz * static_cast<double>(i) / signal.sampling_rate_hz() + 0.1;
    signal.lead(0)[i] += static_cast<float>(mv * exact_sin_turns(turns));
  }
}

void add_noise(Signal& signal, double rms_mv, SampleIndex begin, SampleIndex end) {
  RandomStream random({.seed = 5});
  for (SampleIndex i = begin; i < end; ++i) {
    signal.lead(0)[static_cast<std::size_t>(i)] += static_cast<float>(rms_mv * random.normal());
  }
}

/// The only faults of a lead.
bool has_only(const LeadQuality& quality, std::initializer_list<QualityFault> faults) {
  std::array<bool, kQualityFaultCount> expected = {};
  for (const QualityFault fault : faults) expected[static_cast<std::size_t>(fault)] = true;
  return quality.faults == expected;
}

}  // namespace

TEST_CASE("a good lead is good at every sampling rate") {
  for (const double rate_hz : {100.0, 128.0, 250.0, 360.0, 500.0, 1000.0, 2000.0}) {
    CAPTURE(rate_hz);
    const LeadQuality quality = quality_of(clean(rate_hz));
    CHECK(has_only(quality, {}));
    CHECK(quality.verdict == QualityVerdict::kGood);
    CHECK(quality.mains_mv.has_value() == (rate_hz > 132));
    CHECK(quality.beat_mv > 0.4);
    CHECK(quality.muscle_mv < 0.005);
  }
}

TEST_CASE("hum is measured in mV, and does not pass for muscle") {
  for (const double hz : {49.9, 50.0, 60.0, 60.1}) {
    for (const double rate_hz : {250.0, 360.0, 500.0, 1000.0}) {
      CAPTURE(hz, rate_hz);
      Signal signal = clean(rate_hz);
      add_sine(signal, hz, 0.1);
      const LeadQuality quality = quality_of(signal);
      CHECK(quality.mains_mv.value() == Approx(0.1).margin(0.012));
      CHECK(quality.mains_hz == (hz < 55 ? 50 : 60));
      CHECK(quality.muscle_mv < 0.02);
      CHECK(has_only(quality, {QualityFault::kMains}));
      CHECK(quality.verdict == QualityVerdict::kLimited);
    }
  }
}

TEST_CASE("fast noise is measured as its RMS between the beats, and burst by burst") {
  Signal signal = clean();
  add_noise(signal, 0.05, 0, signal.sample_count());
  const LeadQuality all = quality_of(signal);
  CHECK(all.muscle_mv == Approx(0.05).epsilon(0.1));
  CHECK(all.noisy_share == 1);
  CHECK(has_only(all, {QualityFault::kMuscle}));
  Signal burst = clean();
  add_noise(burst, 0.05, 2000, 5000);
  const LeadQuality part = quality_of(burst);
  CHECK(part.muscle_mv < 0.02);
  CHECK(part.noisy_share == Approx(0.3).margin(0.06));
  CHECK(has_only(part, {QualityFault::kMuscle}));
}

TEST_CASE("a lead of noise alone, or in which beats drown, is unusable") {
  Signal noise({label_of(Lead::kII)}, 10000, 500);
  add_noise(noise, 0.3, 0, 10000);
  CHECK(quality_of(noise).has(QualityFault::kNoise));
  CHECK(quality_of(noise).verdict == QualityVerdict::kUnusable);
  Signal drowned = clean();
  add_noise(drowned, 1, 0, 10000);
  CHECK(quality_of(drowned).verdict == QualityVerdict::kUnusable);
}

TEST_CASE("wander is the span of the level") {
  Signal signal = clean();
  add_sine(signal, 0.2, 0.5);
  const LeadQuality quality = quality_of(signal);
  CHECK(quality.baseline_mv == Approx(1.0).margin(0.15));
  CHECK(has_only(quality, {QualityFault::kBaseline}));
}

TEST_CASE("flat, lost and missing leads are told apart") {
  const Signal flat({label_of(Lead::kII)}, 10000, 500);
  CHECK(has_only(quality_of(flat), {QualityFault::kFlat}));
  CHECK(quality_of(flat).verdict == QualityVerdict::kUnusable);

  Signal lost = clean();
  std::fill(lost.lead(0).begin() + 1000, lost.lead(0).begin() + 3000, lost.lead(0)[1000]);
  CHECK(quality_of(lost).still_share == Approx(0.2).margin(0.02));
  CHECK(has_only(quality_of(lost), {QualityFault::kLeadOff}));
  CHECK(quality_of(lost).verdict == QualityVerdict::kLimited);

  Signal missing = clean();
  std::fill(missing.lead(0).begin() + 1000, missing.lead(0).begin() + 3000, kMissing);
  CHECK(quality_of(missing).missing_share == Approx(0.2));
  CHECK(has_only(quality_of(missing), {QualityFault::kMissing}));
  CHECK(quality_of(missing).verdict == QualityVerdict::kLimited);
  std::fill(missing.lead(0).begin(), missing.lead(0).end(), kMissing);
  CHECK(quality_of(missing).verdict == QualityVerdict::kUnusable);
}

TEST_CASE("cut tops are saturation, whole ones are not") {
  for (const float sign : {1.0f, -1.0f}) {
    Signal signal = clean();
    for (float& value : signal.lead(0)) value = sign * std::min(value, 0.2f);
    const LeadQuality quality = quality_of(signal);
    CHECK(quality.saturated_share > 0.005);
    CHECK(has_only(quality, {QualityFault::kSaturated}));
  }
  // Coarse steps of 20 uV make flat tops, too, but not long ones in every beat.
  Signal coarse = clean();
  add_noise(coarse, 0.005, 0, coarse.sample_count());
  for (float& value : coarse.lead(0)) value = std::floor(value * 50 + 0.5f) / 50;
  CHECK_FALSE(quality_of(coarse).has(QualityFault::kSaturated));
}

TEST_CASE("the recording's verdict names the rows to look at") {
  Signal signal = clean(500, true);
  const auto good = assess_quality(signal);
  CHECK(good->verdict == QualityVerdict::kGood);
  CHECK(good->usable_rows.size() == 12);
  for (float& value : signal.lead(3)) value = 0;
  const auto limited = assess_quality(signal);
  CHECK(limited->verdict == QualityVerdict::kLimited);
  CHECK(limited->usable_rows.size() == 11);
  for (float& value : signal.values()) value = 0;
  const auto unusable = assess_quality(signal);
  CHECK(unusable->verdict == QualityVerdict::kUnusable);
  CHECK(unusable->usable_rows.empty());
  CHECK(assess_quality(Signal({}, 100, 500))->verdict == QualityVerdict::kUnusable);
}

TEST_CASE("quality: short signals end well, impossible rates are refused") {
  for (const SampleIndex count : {0, 1, 3, 58, 400}) {
    CHECK(quality_of(Signal({label_of(Lead::kI)}, count, 500)).verdict ==
          QualityVerdict::kUnusable);
  }
  CHECK(assess_quality(Signal({label_of(Lead::kI)}, 100, 10)).error().code ==
        ErrorCode::kInvalidArgument);
}

TEST_CASE("quality does not depend on the sign, and sizes scale with the signal") {
  Signal signal = clean();
  add_noise(signal, 0.02, 0, signal.sample_count());
  const LeadQuality before = quality_of(signal);
  for (float& value : signal.lead(0)) value *= -2;
  const LeadQuality after = quality_of(signal);
  CHECK(after.muscle_mv == Approx(2 * before.muscle_mv).epsilon(1e-5));
  CHECK(after.baseline_mv == Approx(2 * before.baseline_mv).epsilon(1e-5));
  CHECK(after.beat_mv == Approx(2 * before.beat_mv).epsilon(1e-5));
}

TEST_CASE("every fault and verdict has a name of its own") {
  std::set<std::string_view> names, sentences;
  for (std::size_t i = 0; i < kQualityFaultCount; ++i) {
    names.insert(quality_fault_name(static_cast<QualityFault>(i)));
    sentences.insert(quality_fault_sentence(static_cast<QualityFault>(i)));
  }
  CHECK(names.size() == kQualityFaultCount);
  CHECK(sentences.size() == kQualityFaultCount);
  CHECK(quality_verdict_name(QualityVerdict::kUnusable) == "unusable");
}
