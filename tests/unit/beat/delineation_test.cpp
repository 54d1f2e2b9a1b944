#include "beat/delineation.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include "beat/analyse.h"
#include "beat/r_peaks.h"
#include "core/philox.h"
#include "real_records.h"
#include "support/test_data.h"
#include "synth/simulate.h"

using namespace ecg;

namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

Simulation simulated(double heart_rate_bpm, Rhythm rhythm = Rhythm::kSinus, double rate_hz = 500) {
  SimulationOptions options;
  options.sampling_rate_hz = rate_hz;
  options.heart_rate_bpm = heart_rate_bpm;
  options.rhythm = rhythm;
  options.duration_s = 12;
  auto simulation = simulate(options);
  REQUIRE(simulation.has_value());
  return std::move(simulation).value();
}

/// Marks of one list are inside the recording and in order, and say why where there are none.
void check_order(const std::vector<BeatMarks>& beats, SampleIndex samples) {
  SampleIndex last = -1;
  for (const BeatMarks& beat : beats) {
    for (const WaveMarks* wave : {&beat.p, &beat.qrs, &beat.t}) {
      if (!wave->found()) {
        REQUIRE_FALSE((wave->onset || wave->peak || wave->offset));
        continue;
      }
      REQUIRE(wave->peak.has_value());
      for (const auto& mark : {wave->onset, wave->peak, wave->offset}) {
        if (!mark) continue;
        REQUIRE(*mark >= last);
        REQUIRE(*mark < samples);
        last = *mark;
      }
    }
  }
}

Delineation delineated(const Signal& signal, const DelineationOptions& options = {}) {
  const auto peaks = find_r_peaks(signal);
  REQUIRE(peaks.has_value());
  auto found = delineate(signal, *peaks, options);
  REQUIRE(found.has_value());
  REQUIRE(found->global.size() == peaks->size());
  REQUIRE(found->leads.size() == signal.lead_count());
  check_order(found->global, signal.sample_count());
  for (const auto& lead : found->leads) {
    REQUIRE(lead.size() == peaks->size());
    check_order(lead, signal.sample_count());
  }
  return std::move(found).value();
}

/// Mean over the inner beats of found minus true time, ms. `hidden_allowed`: a wave may lack the
/// mark, because its neighbour lies over it.
double mean_error_ms(const Simulation& simulation, const Delineation& found,
                     std::optional<SampleIndex> WaveMarks::*mark, WaveMarks BeatMarks::*wave,
                     const WaveTruth& (*truth)(const BeatTruth&), double WaveTruth::*time_s,
                     bool hidden_allowed = false) {
  const double rate_hz = simulation.recording.signal.sampling_rate_hz();
  double sum = 0;
  int count = 0;
  for (const BeatTruth& beat : simulation.truth.beats) {
    const double r_s = beat.qrs.peak_s;
    if (r_s < 1 || r_s > 11) continue;
    const BeatMarks* nearest = nullptr;
    for (const BeatMarks& b : found.global) {
      if (std::fabs(static_cast<double>(b.r_peak) / rate_hz - r_s) < 0.1) nearest = &b;
    }
    REQUIRE(nearest != nullptr);
    CAPTURE(r_s, wave_status_name((nearest->*wave).status));
    REQUIRE((nearest->*wave).found());
    if (hidden_allowed && !(nearest->*wave.*mark)) continue;
    REQUIRE((nearest->*wave.*mark).has_value());
    sum += 1000 * (static_cast<double>(*(nearest->*wave.*mark)) / rate_hz - truth(beat).*time_s);
    ++count;
  }
  REQUIRE((count > 5 || hidden_allowed));
  return count > 0 ? sum / count : 0;
}

const WaveTruth& p_of(const BeatTruth& beat) { return *beat.p; }
const WaveTruth& qrs_of(const BeatTruth& beat) { return beat.qrs; }
const WaveTruth& t_of(const BeatTruth& beat) { return *beat.t; }

}  // namespace

TEST_CASE("waves of simulated sinus rhythm lie where the simulator put them") {
  for (const double heart_rate_bpm : {50.0, 75.0, 110.0}) {
    for (const double rate_hz : {250.0, 360.0, 500.0, 1000.0}) {
      CAPTURE(heart_rate_bpm, rate_hz);
      const Simulation sim = simulated(heart_rate_bpm, Rhythm::kSinus, rate_hz);
      const Delineation found = delineated(sim.recording.signal);
      const auto error = [&](auto mark, auto wave, auto truth, auto time_s) {
        return std::fabs(mean_error_ms(sim, found, mark, wave, truth, time_s));
      };
      CHECK(error(&WaveMarks::onset, &BeatMarks::p, p_of, &WaveTruth::onset_s) < 20);
      CHECK(error(&WaveMarks::offset, &BeatMarks::p, p_of, &WaveTruth::offset_s) < 20);
      CHECK(error(&WaveMarks::onset, &BeatMarks::qrs, qrs_of, &WaveTruth::onset_s) < 12);
      CHECK(error(&WaveMarks::offset, &BeatMarks::qrs, qrs_of, &WaveTruth::offset_s) < 12);
      CHECK(error(&WaveMarks::offset, &BeatMarks::t, t_of, &WaveTruth::offset_s) < 30);
    }
  }
}

TEST_CASE("at 125 beats per minute the T wave does not take the P wave with it") {
  const Simulation sim = simulated(125);
  const Delineation found = delineated(sim.recording.signal);
  const auto error = [&](auto mark, auto wave, auto truth, auto time_s) {
    return std::fabs(mean_error_ms(sim, found, mark, wave, truth, time_s, true));
  };
  CHECK(error(&WaveMarks::onset, &BeatMarks::p, p_of, &WaveTruth::onset_s) < 25);
  CHECK(error(&WaveMarks::offset, &BeatMarks::p, p_of, &WaveTruth::offset_s) < 20);
  CHECK(error(&WaveMarks::offset, &BeatMarks::t, t_of, &WaveTruth::offset_s) < 15);
}

TEST_CASE("where T and P run into each other, QT and PR are right or not measured") {
  int measured = 0, told = 0;
  for (const double heart_rate_bpm : {120.0, 135.0, 150.0, 180.0, 220.0}) {
    for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
      CAPTURE(heart_rate_bpm, seed);
      SimulationOptions options;
      options.seed = seed;
      options.heart_rate_bpm = heart_rate_bpm;
      const Simulation sim = simulate(options).value();
      const IntervalTruth& truth = sim.truth.intervals;
      const auto analysis = analyse(sim.recording.signal);
      REQUIRE(analysis.has_value());
      const Measured& qt = analysis->measurements.qt_ms;
      const Measured& pr = analysis->measurements.pr_ms;
      if (qt) CHECK(std::fabs(*qt - *truth.qt_ms) < 30);
      if (pr) CHECK(std::fabs(*pr - *truth.pr_ms) < 30);
      measured += qt.value.has_value();
      told += qt.wave == WaveStatus::kCrowded;
    }
  }
  CHECK(measured >= 5);
  CHECK(told >= 10);
}

TEST_CASE("fibrillating atria have no P waves, and the reason is given") {
  const Simulation sim = simulated(80, Rhythm::kAtrialFibrillation);
  const Delineation found = delineated(sim.recording.signal);
  int with_p = 0;
  for (const BeatMarks& beat : found.global) {
    with_p += beat.p.found();
    CHECK(beat.p.status != WaveStatus::kNotSearched);
  }
  CHECK(with_p == 0);
}

TEST_CASE("a flat lead, a missing lead and rows not asked for say so") {
  Simulation sim = simulated(70);
  Signal& signal = sim.recording.signal;
  for (float& v : signal.lead(3)) v = kMissing;
  const std::size_t rows[] = {0, 1, 3};
  const Delineation found = delineated(signal, {.rows = rows, .rules = {}});
  CHECK(found.leads[3][2].qrs.status == WaveStatus::kMissingSamples);
  CHECK(found.leads[4][2].qrs.status == WaveStatus::kNotSearched);
  CHECK(found.leads[1][2].qrs.found());
  CHECK(found.global[2].qrs.found());
}

TEST_CASE("signals without a heart, and R peaks where there is none, end well") {
  const std::vector<SampleIndex> peaks = {0, 1, 700, 701, 1500, 4999};
  RandomStream random({.seed = 4});
  Signal signal(std::vector<LeadLabel>(3, label_of(Lead::kII)), 5000, 500);
  for (const int kind : {0, 1, 2, 3}) {
    for (std::size_t i = 0; i < signal.values().size(); ++i) {
      float& v = signal.values()[i];
      if (kind == 0) v = 3;
      if (kind == 1) v = static_cast<float>(random.normal());
      if (kind == 2) v = (i / 250) % 2 ? 1.0f : -1.0f;
      if (kind == 3) v = kMissing;
    }
    const auto found = delineate(signal, peaks);
    REQUIRE(found.has_value());
    CHECK(found->global.size() == peaks.size());
    check_order(found->global, 5000);
    if (kind == 0) CHECK(found->global[2].qrs.status == WaveStatus::kBelowNoise);
    if (kind == 3) CHECK(found->global[2].qrs.status == WaveStatus::kMissingSamples);
    for (const auto& lead : found->leads) check_order(lead, 5000);
    delineated(signal);
  }
  const Signal three(std::vector<LeadLabel>(1, label_of(Lead::kII)), 3, 500);
  const SampleIndex one[] = {1};
  CHECK(delineate(three, one)->global.size() == 1);
  CHECK(delineate(three, {})->global.empty());
}

TEST_CASE("delineation: what is wrong is named") {
  const Signal signal(std::vector<LeadLabel>(1, label_of(Lead::kII)), 5000, 500);
  const SampleIndex backward[] = {100, 50}, outside[] = {5000};
  const std::size_t row[] = {1};
  CHECK(delineate(signal, backward).error().code == ErrorCode::kInvalidArgument);
  CHECK(delineate(signal, outside).error().code == ErrorCode::kInvalidArgument);
  CHECK(delineate(signal, {}, {.rows = row, .rules = {}}).error().code ==
        ErrorCode::kInvalidArgument);
}

namespace {

/// Marks of every lead and of all, less `shift`.
std::vector<std::optional<SampleIndex>> all_marks(const Delineation& found, SampleIndex shift = 0) {
  std::vector<std::optional<SampleIndex>> marks;
  const auto add = [&](const std::vector<BeatMarks>& beats) {
    for (const BeatMarks& beat : beats) {
      for (const WaveMarks* wave : {&beat.p, &beat.qrs, &beat.t}) {
        for (const auto& mark : {wave->onset, wave->peak, wave->offset}) {
          marks.push_back(mark ? std::optional(*mark - shift) : std::nullopt);
        }
      }
    }
  };
  add(found.global);
  for (const auto& lead : found.leads) add(lead);
  return marks;
}

}  // namespace

TEST_CASE("marks do not depend on amplitude, and follow a shift in time") {
  const Simulation sim = simulated(70);
  const Signal& signal = sim.recording.signal;
  const auto expected = all_marks(delineated(signal));
  Signal larger = signal;
  for (float& v : larger.values()) v *= 4;  // a power of two: exact
  // Rules in mV (what is too small for a wave, a pacing spike) may tell the two apart, no more.
  const auto scaled = all_marks(delineated(larger));
  REQUIRE(scaled.size() == expected.size());
  int differ = 0;
  for (std::size_t i = 0; i < scaled.size(); ++i) {
    differ += scaled[i].has_value() != expected[i].has_value() ||
              (scaled[i] && std::abs(*scaled[i] - *expected[i]) > 4);
  }
  CHECK(differ <= static_cast<int>(expected.size() / 50));

  const SampleIndex shift = 400;  // of whole grid points; the first beats stay inside
  const auto peaks = find_r_peaks(signal);
  REQUIRE(peaks.has_value());
  std::vector<SampleIndex> inner, moved;
  for (const SampleIndex r : *peaks) {
    if (r < 1500 || r > signal.sample_count() - 1000) continue;
    inner.push_back(r);
    moved.push_back(r - shift);
  }
  const auto before = delineate(signal, inner);
  const auto after = delineate(signal.view().samples(shift, signal.sample_count()), moved);
  REQUIRE(before.has_value());
  REQUIRE(after.has_value());
  CHECK(all_marks(*before, shift) == all_marks(*after));
}

TEST_CASE("the order of leads does not matter") {
  const Simulation sim = simulated(70);
  const Signal& signal = sim.recording.signal;
  const std::vector<LeadLabel> labels(signal.leads().rbegin(), signal.leads().rend());
  Signal reversed(labels, signal.sample_count(), 500);
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    const auto from = signal.lead(signal.lead_count() - 1 - row);
    std::copy(from.begin(), from.end(), reversed.lead(row).begin());
  }
  const auto peaks = find_r_peaks(signal);
  REQUIRE(peaks.has_value());
  Delineation found = *delineate(signal, *peaks), turned = *delineate(reversed, *peaks);
  std::reverse(turned.leads.begin(), turned.leads.end());
  const auto a = all_marks(found), b = all_marks(turned);
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    REQUIRE(a[i].has_value() == b[i].has_value());
    if (a[i]) CHECK(std::abs(*a[i] - *b[i]) <= 1);  // sums over leads are rounded in another order
  }
}

TEST_CASE("one bad lead does not move the global marks") {
  Simulation sim = simulated(70);
  Signal& signal = sim.recording.signal;
  const auto peaks = find_r_peaks(signal);
  const Delineation clean = *delineate(signal, *peaks);
  RandomStream random({.seed = 9});
  for (float& v : signal.lead(7)) v = static_cast<float>(2 * random.normal());
  const Delineation disturbed = *delineate(signal, *peaks);
  for (std::size_t i = 1; i + 1 < peaks->size(); ++i) {
    REQUIRE(disturbed.global[i].qrs.found());
    CHECK(std::abs(*disturbed.global[i].qrs.onset - *clean.global[i].qrs.onset) <= 5);
    CHECK(std::abs(*disturbed.global[i].qrs.offset - *clean.global[i].qrs.offset) <= 8);
  }
}

TEST_CASE("a day at 250 Hz is delineated in blocks") {
  const Simulation sim = simulated(75, Rhythm::kSinus, 250);
  const auto from = sim.recording.signal.lead(1);
  const SampleIndex day = SampleIndex{24} * 3600 * 250;
  Signal signal({label_of(Lead::kII)}, day, 250);
  for (std::size_t i = 0; i < static_cast<std::size_t>(day); ++i) {
    signal.lead(0)[i] = from[i % from.size()];
  }
  const auto peaks = find_r_peaks(signal);
  REQUIRE(peaks.has_value());
  CHECK(peaks->size() > 100000);
  const auto found = delineate(signal, *peaks);
  REQUIRE(found.has_value());
  check_order(found->global, day);
  std::size_t with_qrs = 0;
  for (const BeatMarks& beat : found->global) with_qrs += beat.qrs.found();
  CHECK(with_qrs > peaks->size() * 99 / 100);
}

TEST_CASE("marks of every real WFDB record are in order") {
  const auto folder = test::data_folder();
  if (!folder) SKIP("no real ECGs (EINTHOVEN_DATA)");
  const int records = test::visit_real_records(
      *folder, {"ptbxl", "ludb", "mitdb", "challenge"},
      [&](const Recording& recording) { const Delineation found = delineated(recording.signal); });
  CHECK(records > 500);
}
