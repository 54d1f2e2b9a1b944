// The whole analysis on signals that are hardly an ECG, and what must not change its results.
#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <vector>

#include "beat/analyse.h"
#include "core/philox.h"
#include "io/read_recording.h"
#include "real_records.h"
#include "support/test_data.h"
#include "synth/simulate.h"

#ifndef __EMSCRIPTEN__
#include <sys/resource.h>
#endif

using namespace ecg;
using Catch::Approx;

namespace {

Signal twelve_leads(SampleIndex samples, double rate_hz) {
  std::vector<LeadLabel> labels;
  for (const Lead lead : kTwelveLeads) labels.push_back(label_of(lead));
  return Signal(std::move(labels), samples, rate_hz);
}

Simulation simulated(std::uint64_t seed, double rate_hz = 500) {
  SimulationOptions options;
  options.seed = seed;
  options.heart_rate_bpm = 70;
  options.duration_s = 12;
  options.sampling_rate_hz = rate_hz;
  auto simulation = simulate(options);
  REQUIRE(simulation.has_value());
  return std::move(simulation).value();
}

/// All numbers of a measurement, those of leads apart.
std::vector<Measured> intervals_of(const Measurements& m) {
  return {m.p_ms, m.pr_ms, m.qrs_ms, m.qt_ms, m.rr_ms, m.heart_rate_bpm};
}

std::vector<Measured> angles_of(const Measurements& m) {
  return {m.axis.p_deg, m.axis.qrs_deg, m.axis.t_deg, m.vector.qrs_t_angle_deg};
}

/// Without Q and S, which are told apart by a level in mV.
std::vector<Measured> amplitudes_of(const Measurements& m) {
  std::vector<Measured> all = {m.sokolow_lyon_mv, m.cornell_mv, m.vector.qrs_mv, m.vector.t_mv};
  for (const LeadAmplitudes& lead : m.leads) {
    for (const Measured& one : {lead.p_mv, lead.r_mv, lead.st_j_mv, lead.st_40_mv, lead.st_60_mv,
                                lead.st_80_mv, lead.t_mv}) {
      all.push_back(one);
    }
  }
  return all;
}

/// Marks ordered in time, inside the signal; a wave that was not found has none and says why.
void check_marks(const std::vector<BeatMarks>& beats, SampleIndex samples) {
  SampleIndex last = -1;
  for (const BeatMarks& beat : beats) {
    for (const WaveMarks* wave : {&beat.p, &beat.qrs, &beat.t}) {
      REQUIRE(wave->found() == wave->peak.has_value());
      for (const auto& mark : {wave->onset, wave->peak, wave->offset}) {
        if (!mark) continue;
        REQUIRE(wave->found());
        REQUIRE(*mark >= last);
        REQUIRE(*mark < samples);
        last = *mark;
      }
    }
  }
}

/// What holds of the analysis of anything: sizes fit, marks are in order, every number is finite or
/// absent for a reason.
Analysis checked(SignalView signal) {
  auto result = analyse(signal);
  REQUIRE(result.has_value());
  const Analysis& all = *result;
  const std::size_t beats = all.r_peaks.size();
  REQUIRE(all.delineation.global.size() == beats);
  REQUIRE(all.beats.classes.size() == beats);
  REQUIRE(all.rr.size() == (beats == 0 ? 0 : beats - 1));
  REQUIRE(all.measurements.leads.size() == signal.lead_count);
  check_marks(all.delineation.global, signal.sample_count);
  for (const auto& lead : all.delineation.leads) check_marks(lead, signal.sample_count);
  for (const auto& list : {intervals_of(all.measurements), angles_of(all.measurements),
                           amplitudes_of(all.measurements)}) {
    for (const Measured& measured : list) {
      REQUIRE(measured.value.has_value() == (measured.absence == Absence::kNone));
      if (measured) REQUIRE(std::isfinite(*measured));
    }
  }
  const Measurements& m = all.measurements;
  for (const Measured& interval : intervals_of(m)) {
    if (interval) REQUIRE(*interval > 0);
  }
  if (m.qrs_ms && m.qt_ms) REQUIRE(*m.qrs_ms < *m.qt_ms);
  if (all.hrv) REQUIRE((std::isfinite(all.hrv->sdnn_ms) && std::isfinite(all.hrv->rmssd_ms)));
  return std::move(result).value();
}

void check_equal(const std::vector<Measured>& a, const std::vector<Measured>& b, double factor,
                 double margin) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CAPTURE(i);
    REQUIRE(a[i].value.has_value() == b[i].value.has_value());
    if (a[i]) CHECK(*b[i] == Approx(factor * *a[i]).margin(margin));
  }
}

}  // namespace

TEST_CASE("a record of one beat is measured as far as one beat goes") {
  const Simulation whole = simulated(11);
  const BeatTruth& beat = whole.truth.beats[5];
  const auto from = static_cast<SampleIndex>((beat.qrs.peak_s - 0.5) * 500);
  const Analysis one = checked(whole.recording.signal.view().samples(from, from + 550));
  REQUIRE(one.r_peaks.size() == 1);
  CHECK(std::abs(one.r_peaks[0] - 250) <= 10);
  const Measurements& m = one.measurements;
  CHECK(m.rr_ms.absence == Absence::kFewBeats);
  CHECK(m.heart_rate_bpm.absence == Absence::kFewBeats);
  CHECK_FALSE(m.qtc.has_value());
  CHECK_FALSE(one.hrv.has_value());
  for (const Measured& found : {m.p_ms, m.pr_ms, m.qrs_ms, m.qt_ms}) CHECK(found);
  CHECK(*m.qrs_ms == Approx(1000 * beat.qrs.duration_s()).margin(25));
  // Less than a second is too little to judge a lead by.
  CHECK(checked(whole.recording.signal.view().samples(from, from + 425)).r_peaks.empty());
}

TEST_CASE("very short signals are analysed, and nothing is found in them") {
  for (const SampleIndex samples : {0, 1, 2, 3, 4, 10, 50}) {
    Signal signal = twelve_leads(samples, 500);
    for (std::size_t i = 0; i < signal.values().size(); ++i) {
      signal.values()[i] = static_cast<float>(i % 3);
    }
    CAPTURE(samples);
    const Analysis all = checked(signal);
    CHECK_FALSE(all.measurements.qt_ms.value.has_value());
    CHECK_FALSE(all.measurements.heart_rate_bpm.value.has_value());
  }
}

TEST_CASE("constants, noise, square waves, steps and spikes are no ECG") {
  RandomStream random({.seed = 12});
  const auto noise = [&](float size) { return size * static_cast<float>(random.normal()); };
  struct {
    const char* name;
    std::function<float(std::size_t)> at;
    bool without_beats;
  } kinds[] = {
      {"constant", [](std::size_t) { return 1.5f; }, true},
      {"noise", [&](std::size_t) { return noise(1); }, true},
      {"huge noise", [&](std::size_t) { return noise(1e30f); }, true},
      {"square wave", [](std::size_t i) { return (i / 250) % 2 ? 1.0f : -1.0f; }, false},
      {"saw", [](std::size_t i) { return static_cast<float>(i % 400) / 400; }, false},
      {"step", [](std::size_t i) { return i < 2500 ? 0.0f : 1.0f; }, false},
      {"spike", [](std::size_t i) { return i == 2500 ? 5.0f : 0.0f; }, false},
  };
  for (const auto& kind : kinds) {
    CAPTURE(kind.name);
    Signal signal = twelve_leads(5000, 500);
    for (std::size_t row = 0; row < 12; ++row) {
      for (std::size_t i = 0; i < 5000; ++i) signal.lead(row)[i] = kind.at(i);
    }
    const Analysis all = checked(signal);
    // A square wave's edges may be taken for beats; waves beside them may not.
    CHECK_FALSE(all.measurements.p_ms.value.has_value());
    if (kind.without_beats) CHECK(all.r_peaks.empty());
  }
}

TEST_CASE("a shift in time moves every mark and changes no measurement") {
  const Simulation sim = simulated(13);
  const Signal& signal = sim.recording.signal;
  const Analysis before = checked(signal.view().samples(0, 5000));
  const Analysis after = checked(signal.view().samples(800, 5800));
  int common = 0;
  for (const SampleIndex r : before.r_peaks) {
    if (r < 800 + 500 || r >= 5000 - 500) continue;
    CHECK(std::binary_search(after.r_peaks.begin(), after.r_peaks.end(), r - 800));
    ++common;
  }
  CHECK(common >= 6);
  // Other beats at the two ends count: people's intervals differ from beat to beat.
  check_equal(intervals_of(before.measurements), intervals_of(after.measurements), 1, 12);
}

TEST_CASE("a scaled signal has the same intervals and axes, and scaled amplitudes") {
  const Simulation sim = simulated(14);
  const Analysis before = checked(sim.recording.signal);
  for (const float factor : {0.5f, 2.0f}) {  // powers of two: exact
    CAPTURE(factor);
    Signal scaled = sim.recording.signal;
    for (float& value : scaled.values()) value *= factor;
    const Analysis after = checked(scaled);
    CHECK(after.r_peaks == before.r_peaks);
    check_equal(intervals_of(before.measurements), intervals_of(after.measurements), 1, 2);
    check_equal(angles_of(before.measurements), angles_of(after.measurements), 1, 1);
    check_equal(amplitudes_of(before.measurements), amplitudes_of(after.measurements),
                double{factor}, 0.005);
  }
}

TEST_CASE("the order of leads changes no measurement") {
  const Simulation sim = simulated(15);
  const Signal& signal = sim.recording.signal;
  const std::vector<LeadLabel> labels(signal.leads().rbegin(), signal.leads().rend());
  Signal reversed(labels, signal.sample_count(), 500);
  for (std::size_t row = 0; row < 12; ++row) {
    const auto from = signal.lead(11 - row);
    std::copy(from.begin(), from.end(), reversed.lead(row).begin());
  }
  const Analysis before = checked(signal);
  Analysis after = checked(reversed);
  CHECK(after.r_peaks == before.r_peaks);
  std::reverse(after.measurements.leads.begin(), after.measurements.leads.end());
  check_equal(intervals_of(before.measurements), intervals_of(after.measurements), 1, 2);
  check_equal(angles_of(before.measurements), angles_of(after.measurements), 1, 0.5);
  check_equal(amplitudes_of(before.measurements), amplitudes_of(after.measurements), 1, 0.005);
}

TEST_CASE("every real file of every format is analysed") {
  const auto folder = test::data_folder();
  if (!folder) SKIP("no real ECGs (EINTHOVEN_DATA)");
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder / "formats")) {
    if (!entry.is_regular_file() || entry.file_size() > (8u << 20)) continue;
    const bool header = entry.path().extension() == ".hea";
    const FileSet set = header ? test::wfdb_files(entry.path()) : test::read_files({entry.path()});
    if (set.files.empty()) continue;
    const auto recording = read_recording(set);
    if (!recording || recording->signal.sampling_rate_hz() < 50) continue;
    CAPTURE(entry.path().string());
    checked(recording->signal);
    ++files;
  }
  CHECK(files > 30);
}

TEST_CASE("records of half an hour and records without millivolts are analysed") {
  const auto folder = test::data_folder();
  if (!folder) SKIP("no real ECGs (EINTHOVEN_DATA)");
  const int records =
      test::visit_real_records(*folder, {"mitdb", "ptbxl_filtered_100hz"},
                               [](const Recording& recording) { checked(recording.signal); });
  CHECK(records > 1000);
}

#ifndef __EMSCRIPTEN__
// Takes 10 s and 1 GB; run by name: beat_test "[thorough]".
TEST_CASE("a day at 250 Hz is analysed in less than 1 GB", "[.][thorough]") {
  const Simulation part = simulated(16, 250);
  const SampleIndex day = SampleIndex{24} * 3600 * 250;
  Signal signal({label_of(Lead::kII)}, day, 250);
  const auto from = part.recording.signal.lead(1);
  RandomStream random({.seed = 17});
  float wander = 0;  // of its own, so that the repeated part is not all there is
  for (std::size_t i = 0; i < static_cast<std::size_t>(day); ++i) {
    wander = 0.999f * wander + 0.02f * static_cast<float>(random.normal());
    signal.lead(0)[i] = from[i % from.size()] + wander;
  }
  const auto peak_mb = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
  };
  const auto before = peak_mb();
  const Analysis all = checked(signal);
  CAPTURE(before, peak_mb(), all.r_peaks.size(), all.baseline_removed);
  CHECK(all.r_peaks.size() > 95000);
  CHECK(all.baseline_removed);
  CHECK(all.hrv.has_value());
  CHECK(peak_mb() - before < 1000);
}
#endif
