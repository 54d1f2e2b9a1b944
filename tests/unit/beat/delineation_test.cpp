#include "beat/delineation.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "beat/r_peaks.h"
#include "core/philox.h"
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

/// Mean over the inner beats of found minus true time, ms.
double mean_error_ms(const Simulation& simulation, const Delineation& found,
                     std::optional<SampleIndex> WaveMarks::*mark, WaveMarks BeatMarks::*wave,
                     const WaveTruth& (*truth)(const BeatTruth&), double WaveTruth::*time_s) {
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
    REQUIRE((nearest->*wave.*mark).has_value());
    sum += 1000 * (static_cast<double>(*(nearest->*wave.*mark)) / rate_hz - truth(beat).*time_s);
    ++count;
  }
  REQUIRE(count > 5);
  return sum / count;
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
