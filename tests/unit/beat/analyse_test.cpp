#include "beat/analyse.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "core/exact_math.h"
#include "core/philox.h"
#include "real_records.h"
#include "support/test_data.h"
#include "synth/simulate.h"

using namespace ecg;
using Catch::Approx;

namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

Simulation simulated(std::uint64_t seed, double heart_rate_bpm = 70,
                     Rhythm rhythm = Rhythm::kSinus) {
  SimulationOptions options;
  options.seed = seed;
  options.heart_rate_bpm = heart_rate_bpm;
  options.rhythm = rhythm;
  auto simulation = simulate(options);
  REQUIRE(simulation.has_value());
  return std::move(simulation).value();
}

/// Analyses, and checks that the parts fit each other.
Analysis analysed(SignalView signal, const AnalysisOptions& options = {}) {
  auto result = analyse(signal, options);
  REQUIRE(result.has_value());
  const Analysis& all = *result;
  const std::size_t beats = all.r_peaks.size();
  REQUIRE(all.quality.leads.size() == signal.lead_count);
  REQUIRE(all.delineation.global.size() == beats);
  REQUIRE(all.delineation.leads.size() == signal.lead_count);
  REQUIRE(all.beats.classes.size() == beats);
  REQUIRE(all.rr.size() == (beats == 0 ? 0 : beats - 1));
  REQUIRE(all.measurements.leads.size() == signal.lead_count);
  REQUIRE((all.measurements.qt_ms.value.has_value() ||
           all.measurements.qt_ms.absence != Absence::kNone));
  return *result;
}

void near(const Measured& measured, const std::optional<double>& truth, double margin) {
  REQUIRE(measured.value.has_value());
  REQUIRE(truth.has_value());
  CHECK(*measured == Approx(*truth).margin(margin));
}

}  // namespace

TEST_CASE("one call measures a simulated ECG") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    CAPTURE(seed);
    const Simulation simulation = simulated(seed);
    const Analysis all = analysed(simulation.recording.signal);
    const IntervalTruth& truth = simulation.truth.intervals;
    near(all.measurements.heart_rate_bpm, truth.heart_rate_bpm, 2);
    near(all.measurements.rr_ms, truth.rr_ms, 15);
    // Readers of LUDB, after whom the rules are set, put edges some milliseconds further out.
    near(all.measurements.qrs_ms, truth.qrs_ms, 12);
    near(all.measurements.pr_ms, truth.pr_ms, 16);
    near(all.measurements.qt_ms, truth.qt_ms, 16);
    CHECK(all.measurements.qtc.has_value());
    CHECK(all.hrv.has_value());
    CHECK(all.median.has_value());
    CHECK(all.beats.count(BeatClass::kVentricular) == 0);
  }
}

TEST_CASE("a record that no beat can be found in says so") {
  const Signal flat({label_of(Lead::kI), label_of(Lead::kII)}, 5000, 500);
  Signal noise = flat, missing = flat;
  RandomStream random({.seed = 1});
  for (float& value : noise.values()) value = static_cast<float>(random.normal());
  for (float& value : missing.values()) value = kMissing;
  for (const Signal& signal : {flat, noise, missing, Signal({label_of(Lead::kI)}, 3, 500),
                               Signal({label_of(Lead::kI)}, 0, 500), Signal({}, 5000, 500)}) {
    const Analysis all = analysed(signal);
    CHECK(all.r_peaks.empty());
    CHECK(all.rows.empty());
    CHECK(all.quality.verdict == QualityVerdict::kUnusable);
    CHECK(all.measurements.qrs_ms.absence == Absence::kNoBeat);
    CHECK_FALSE(all.hrv.has_value());
  }
}

TEST_CASE("hum and wander are taken away where there are any, and only there") {
  const Simulation simulation = simulated(4);
  const Analysis before = analysed(simulation.recording.signal);
  CHECK_FALSE(before.mains.has_value());
  CHECK_FALSE(before.baseline_removed);
  Signal signal = simulation.recording.signal;
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    for (std::size_t i = 0; i < 5000; ++i) {
      const double t = static_cast<double>(i) / 500;
      signal.lead(row)[i] +=
          static_cast<float>(0.1 * exact_sin_turns(50 * t) + 0.6 * exact_sin_turns(0.15 * t));
    }
  }
  const Analysis after = analysed(signal);
  REQUIRE(after.mains.has_value());
  CHECK(after.mains->frequency_hz == Approx(50).margin(0.1));
  CHECK(after.baseline_removed);
  CHECK(after.r_peaks.size() == before.r_peaks.size());
  near(after.measurements.qt_ms, before.measurements.qt_ms.value, 15);
  near(after.measurements.qrs_ms, before.measurements.qrs_ms.value, 10);
  near(after.measurements.leads[1].st_60_mv, before.measurements.leads[1].st_60_mv.value, 0.03);
}

TEST_CASE("unusable rows and rows not asked for are left out") {
  Simulation simulation = simulated(5);
  Signal& signal = simulation.recording.signal;
  for (float& value : signal.lead(3)) value = 0;
  const Analysis all = analysed(signal);
  CHECK(all.rows.size() == 11);
  CHECK(all.measurements.leads[3].r_mv.absence == Absence::kUnusableLead);
  const std::size_t rows[] = {1, 3};
  const Analysis one = analysed(signal, {.rows = rows});
  CHECK(one.rows == std::vector<std::size_t>{1});
  CHECK(one.r_peaks.size() == all.r_peaks.size());
  const std::size_t none[] = {12};
  CHECK(analyse(signal, {.rows = none}).error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("R peaks that are known are kept") {
  const Simulation simulation = simulated(6);
  std::vector<SampleIndex> peaks;
  for (const BeatTruth& beat : simulation.truth.beats) {
    peaks.push_back(static_cast<SampleIndex>(beat.qrs.peak_s * 500));
  }
  const Analysis all = analysed(simulation.recording.signal, {.r_peaks = peaks});
  CHECK(all.r_peaks == peaks);
  std::reverse(peaks.begin(), peaks.end());
  CHECK(analyse(simulation.recording.signal, {.r_peaks = peaks}).error().code ==
        ErrorCode::kInvalidArgument);
}

TEST_CASE("one lead, low rates and gaps are analysed, too") {
  for (const double rate_hz : {100.0, 128.0, 360.0, 1000.0}) {
    CAPTURE(rate_hz);
    SimulationOptions options;
    options.sampling_rate_hz = rate_hz;
    options.leads = {Lead::kII};
    options.heart_rate_bpm = 80;
    auto simulation = simulate(options);
    REQUIRE(simulation.has_value());
    Signal& signal = simulation->recording.signal;
    const Analysis all = analysed(signal);
    near(all.measurements.heart_rate_bpm, simulation->truth.intervals.heart_rate_bpm, 3);
    CHECK(all.measurements.axis.qrs_deg.absence == Absence::kNoLead);
    std::fill_n(signal.lead(0).begin() + static_cast<std::ptrdiff_t>(3 * rate_hz),
                static_cast<std::ptrdiff_t>(rate_hz), kMissing);
    CHECK(analysed(signal).r_peaks.size() < all.r_peaks.size());
  }
  CHECK(analyse(Signal({label_of(Lead::kII)}, 100, 20)).error().code ==
        ErrorCode::kInvalidArgument);
}

TEST_CASE("every real record is analysed, and finite where it is measured") {
  const auto folder = test::data_folder();
  if (!folder) SKIP("no real ECGs (EINTHOVEN_DATA)");
  int with_qt = 0;
  const int records = test::visit_real_records(
      *folder, {"ptbxl", "ludb", "challenge"}, [&](const Recording& recording) {
        const Measurements m = analysed(recording.signal).measurements;
        for (const Measured& measured :
             {m.p_ms, m.pr_ms, m.qrs_ms, m.qt_ms, m.rr_ms, m.heart_rate_bpm, m.axis.p_deg,
              m.axis.qrs_deg, m.axis.t_deg, m.sokolow_lyon_mv, m.cornell_mv, m.vector.qrs_mv}) {
          CHECK((!measured || std::isfinite(*measured)));
        }
        if (m.qrs_ms) CHECK((*m.qrs_ms > 20 && *m.qrs_ms < 400));
        if (m.qt_ms) CHECK((*m.qt_ms > 150 && *m.qt_ms < 800));
        with_qt += m.qt_ms.value.has_value();
      });
  CHECK(records > 500);
  CHECK(with_qt > records * 9 / 10);
}
