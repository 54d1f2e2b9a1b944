#include "beat/measurements.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "synth/simulate.h"

using namespace ecg;
using Catch::Approx;

namespace {

/// A simulated recording with the marks that are true of it.
struct Marked {
  Simulation simulation;
  Delineation marks;
  std::vector<BeatClass> classes;
  std::optional<Quality> quality;

  Signal& signal() { return simulation.recording.signal; }
  const SimulationTruth& truth() const { return simulation.truth; }

  MeasuredBeat measured() {
    quality = assess_quality(signal()).value();
    const auto result = measure({signal(), &marks, classes, &*quality});
    REQUIRE(result.has_value());
    REQUIRE(result->measurements.leads.size() == signal().lead_count());
    return *result;
  }
};

WaveMarks marks_of(const std::optional<WaveTruth>& wave, double rate_hz, SampleIndex samples) {
  WaveMarks marks;
  marks.status = WaveStatus::kBelowNoise;
  if (!wave) return marks;
  const auto sample = [rate_hz](double time_s) {
    return static_cast<SampleIndex>(std::floor(time_s * rate_hz + 0.5));
  };
  marks.status = WaveStatus::kBeyondRecording;
  if (sample(wave->onset_s) < 0 || sample(wave->offset_s) >= samples) return marks;
  return {sample(wave->onset_s), sample(wave->peak_s), sample(wave->offset_s), WaveStatus::kFound};
}

Marked marked(const SimulationOptions& options) {
  auto simulation = simulate(options);
  REQUIRE(simulation.has_value());
  Marked all{std::move(simulation).value(), {}, {}, {}};
  const double rate_hz = all.signal().sampling_rate_hz();
  const SampleIndex samples = all.signal().sample_count();
  for (const BeatTruth& beat : all.truth().beats) {
    BeatMarks marks;
    marks.qrs = marks_of(beat.qrs, rate_hz, samples);
    marks.p = marks_of(beat.p, rate_hz, samples);
    marks.t = marks_of(beat.t, rate_hz, samples);
    marks.r_peak = static_cast<SampleIndex>(beat.qrs.peak_s * rate_hz);
    all.marks.global.push_back(marks);
    all.classes.push_back(beat.symbol == 'V' ? BeatClass::kVentricular : BeatClass::kNormal);
  }
  all.marks.leads.assign(all.signal().lead_count(), all.marks.global);
  return all;
}

SimulationOptions options_of(std::uint64_t seed, double heart_rate_bpm, double noise_scale) {
  SimulationOptions options;
  options.seed = seed;
  options.heart_rate_bpm = heart_rate_bpm;
  options.noise_scale = noise_scale;
  return options;
}

void check_near(const Measured& measured, const std::optional<double>& truth, double margin) {
  REQUIRE(measured.value.has_value() == truth.has_value());
  if (truth) CHECK(*measured == Approx(*truth).margin(margin));
}

double angle_between(double a_deg, double b_deg) {
  const double turned = std::fmod(std::abs(a_deg - b_deg), 360.0);
  return std::min(turned, 360 - turned);
}

}  // namespace

TEST_CASE("true marks give the true intervals, axes and rate") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    for (const double rate_bpm : {50.0, 75.0, 110.0}) {
      CAPTURE(seed, rate_bpm);
      Marked record = marked(options_of(seed, rate_bpm, 0.3));
      const Measurements m = record.measured().measurements;
      const IntervalTruth& truth = record.truth().intervals;
      check_near(m.p_ms, truth.p_ms, 3);
      check_near(m.pr_ms, truth.pr_ms, 3);
      check_near(m.qrs_ms, truth.qrs_ms, 3);
      check_near(m.qt_ms, truth.qt_ms, 3);
      check_near(m.rr_ms, truth.rr_ms, 12);
      check_near(m.heart_rate_bpm, truth.heart_rate_bpm, 2);
      REQUIRE(m.qtc.has_value());
      CHECK(m.qtc->fridericia_ms == Approx(*truth.qtc_fridericia_ms).margin(4));
      CHECK(angle_between(*m.axis.qrs_deg, *record.truth().axis.qrs_deg) < 8);
      CHECK(angle_between(*m.axis.t_deg, *record.truth().axis.t_deg) < 8);
      CHECK(angle_between(*m.axis.p_deg, *record.truth().axis.p_deg) < 15);
    }
  }
}

TEST_CASE("true marks give the true amplitudes within 25 uV or 5 %") {
  // The truth is that of the first beat; breathing changes the others.
  int records = 0;
  // Of the first people number 3 begins aVR with 19 uV: R or not?
  for (std::uint64_t seed = 21; seed <= 32; ++seed) {
    SimulationOptions options = options_of(seed, 65, 0);
    options.sampling_rate_hz = 1000;  // the J point lies on a slope
    Marked record = marked(options);
    record.marks.global.resize(1);
    record.classes.resize(1);
    const BeatMarks& beat = record.marks.global[0];
    if (!beat.p.found() || *beat.p.onset < 80) continue;
    const Measurements m = record.measured().measurements;
    for (std::size_t row = 0; row < 12; ++row) {
      CAPTURE(seed, row);
      const LeadTruth& truth = record.truth().leads[row];
      const LeadAmplitudes& lead = m.leads[row];
      const auto near = [](const Measured& measured, double expected) {
        REQUIRE(measured.value.has_value());
        CHECK(*measured == Approx(expected).margin(std::max(0.025, 0.05 * std::abs(expected))));
      };
      near(lead.r_mv, std::max(0.0, truth.r_mv));
      // Without R the depth is that of Q (QS).
      const bool without_r = truth.r_mv < 0.03;
      near(without_r ? std::max(*lead.q_mv, *lead.s_mv) : lead.s_mv,
           std::max({0.0, truth.s_mv, without_r ? truth.q_mv : 0.0}));
      near(lead.st_j_mv, truth.st_j_mv);
      near(lead.st_60_mv, truth.st_60_mv);
      near(lead.t_mv, truth.t_mv);
      if (truth.q_mv > 0.045) near(lead.q_mv, truth.q_mv);
    }
    ++records;
  }
  CHECK(records >= 6);
}

TEST_CASE("voltage sums are sums of the leads' amplitudes") {
  Marked record = marked(options_of(3, 65, 0));
  const Measurements m = record.measured().measurements;
  CHECK(*m.sokolow_lyon_mv ==
        Approx(*m.leads[6].s_mv + std::max(*m.leads[10].r_mv, *m.leads[11].r_mv)));
  CHECK(*m.cornell_mv == Approx(*m.leads[4].r_mv + *m.leads[8].s_mv));
  CHECK(*m.vector.qrs_mv > 0.5);
  CHECK((*m.vector.qrs_t_angle_deg >= 0 && *m.vector.qrs_t_angle_deg <= 180));
  // The angle between equal vectors is 0: T copied from QRS is not simulated, so bounds only.
  CHECK(*m.vector.t_mv < *m.vector.qrs_mv);
}

TEST_CASE("what is not there is absent with its reason") {
  SimulationOptions options = options_of(1, 80, 1);
  options.rhythm = Rhythm::kAtrialFibrillation;
  options.duration_s = 20;
  Marked fibrillating = marked(options);
  const Measurements m = fibrillating.measured().measurements;
  CHECK_FALSE(m.p_ms.value.has_value());
  CHECK_FALSE(m.pr_ms.value.has_value());
  CHECK(m.pr_ms.absence == Absence::kWave);
  CHECK(reason_name(m.pr_ms) == "below_noise");
  CHECK_FALSE(m.axis.p_deg.value.has_value());
  CHECK(m.qrs_ms.value.has_value());
  CHECK(m.has(MeasureWarning::kNoPIrregular));
  CHECK(m.has(MeasureWarning::kUnstableRr));

  Marked regular = marked(options_of(1, 80, 1));
  CHECK_FALSE(regular.measured().measurements.has(MeasureWarning::kNoPIrregular));
  for (BeatMarks& beat : regular.marks.global) {
    beat.t = {};
    beat.t.status = WaveStatus::kCrowded;
  }
  const Measurements no_t = regular.measured().measurements;
  CHECK(reason_name(no_t.qt_ms) == "crowded");
  CHECK_FALSE(no_t.qtc.has_value());
  CHECK(reason_name(no_t.leads[1].t_mv) == "crowded");
  CHECK(no_t.leads[1].r_mv.value.has_value());
}

TEST_CASE("absent leads and unusable leads are told apart") {
  SimulationOptions options = options_of(2, 70, 0.3);
  options.leads = {Lead::kI, Lead::kII, Lead::kV1};
  Marked record = marked(options);
  Measurements m = record.measured().measurements;
  CHECK(m.sokolow_lyon_mv.absence == Absence::kNoLead);
  CHECK(m.vector.qrs_mv.absence == Absence::kNoLead);
  CHECK(angle_between(*m.axis.qrs_deg, *record.truth().axis.qrs_deg) < 8);  // aVF from I and II
  for (float& value : record.signal().lead(0)) value = 0;
  m = record.measured().measurements;
  CHECK(m.leads[0].r_mv.absence == Absence::kUnusableLead);
  CHECK(m.has(MeasureWarning::kUnusableLeads));
  CHECK(m.leads[1].r_mv.value.has_value());
}

TEST_CASE("no beats, one beat: nothing is invented") {
  Marked record = marked(options_of(2, 70, 1));
  auto one = record;
  one.marks.global.resize(3);
  one.marks.global.erase(one.marks.global.begin(), one.marks.global.begin() + 2);
  one.classes.resize(1);
  const Measurements single = one.measured().measurements;
  CHECK(single.qrs_ms.value.has_value());
  CHECK(single.rr_ms.absence == Absence::kFewBeats);
  CHECK_FALSE(single.qtc.has_value());
  CHECK(single.has(MeasureWarning::kFewNormal));
  record.marks.global.clear();
  record.classes.clear();
  const Measurements none = record.measured().measurements;
  for (const Measured& measured : {none.p_ms, none.qrs_ms, none.qt_ms, none.rr_ms,
                                   none.heart_rate_bpm, none.axis.qrs_deg, none.leads[0].r_mv}) {
    CHECK(measured.absence == Absence::kNoBeat);
    CHECK_FALSE(measured.value.has_value());
  }
}

TEST_CASE("ventricular beats are left out of the measurements") {
  SimulationOptions options = options_of(4, 70, 0.5);
  options.rhythm = Rhythm::kPvc;
  options.duration_s = 20;
  Marked record = marked(options);
  REQUIRE(std::count(record.classes.begin(), record.classes.end(), BeatClass::kVentricular) > 0);
  const Measurements m = record.measured().measurements;
  CHECK(m.has(MeasureWarning::kVentricular));
  check_near(m.qrs_ms, record.truth().intervals.qrs_ms, 3);
  CHECK(*m.qrs_ms < 120);
}

TEST_CASE("measurements keep with time shift, follow the scale, and go with their leads") {
  Marked record = marked(options_of(5, 70, 0.5));
  const Measurements before = record.measured().measurements;
  Marked scaled = record;
  for (float& value : scaled.signal().values()) value *= 2;
  const Measurements twice = scaled.measured().measurements;
  CHECK(*twice.qt_ms == *before.qt_ms);
  CHECK(*twice.axis.qrs_deg == Approx(*before.axis.qrs_deg));
  CHECK(*twice.leads[6].s_mv == Approx(2 * *before.leads[6].s_mv));

  Marked shifted = record;
  Signal& signal = shifted.signal();
  const SampleIndex shift = 300;
  Signal late({signal.leads().begin(), signal.leads().end()}, signal.sample_count() + shift, 500);
  for (std::size_t row = 0; row < 12; ++row) {
    std::fill_n(late.lead(row).begin(), shift, signal.lead(row)[0]);
    std::copy(signal.lead(row).begin(), signal.lead(row).end(), late.lead(row).begin() + shift);
  }
  signal = late;
  for (BeatMarks& beat : shifted.marks.global) {
    beat.r_peak += shift;
    for (WaveMarks* wave : {&beat.p, &beat.qrs, &beat.t}) {
      for (auto* at : {&wave->onset, &wave->peak, &wave->offset}) {
        if (*at) **at += shift;
      }
    }
  }
  const Measurements later = shifted.measured().measurements;
  CHECK(*later.qt_ms == *before.qt_ms);
  CHECK(*later.leads[7].t_mv == Approx(*before.leads[7].t_mv).margin(0.01));

  Marked swapped = record;
  const auto one = swapped.signal().lead(0), two = swapped.signal().lead(11);
  std::swap_ranges(one.begin(), one.end(), two.begin());
  CHECK(*swapped.measured().measurements.leads[0].r_mv == Approx(*before.leads[11].r_mv));
}

TEST_CASE("measure refuses what does not fit together") {
  Marked record = marked(options_of(1, 70, 1));
  CHECK(measure({record.signal(), nullptr, {}, nullptr}).error().code ==
        ErrorCode::kInvalidArgument);
  CHECK(measure({record.signal(), &record.marks, {}, nullptr}).error().code ==
        ErrorCode::kInvalidArgument);
  const Quality other;
  CHECK(measure({record.signal(), &record.marks, record.classes, &other}).error().code ==
        ErrorCode::kInvalidArgument);
  record.marks.global[0].r_peak = record.signal().sample_count();
  CHECK(measure({record.signal(), &record.marks, record.classes, nullptr}).error().code ==
        ErrorCode::kInvalidArgument);
}

TEST_CASE("every absence and warning has words of its own") {
  std::set<std::string_view> names, sentences;
  for (int i = 0; i <= static_cast<int>(Absence::kIndeterminate); ++i) {
    names.insert(absence_name(static_cast<Absence>(i)));
    sentences.insert(absence_sentence(static_cast<Absence>(i)));
  }
  CHECK(names.size() == 7);
  CHECK(sentences.size() == 7);
  names.clear();
  for (std::size_t i = 0; i < kMeasureWarningCount; ++i) {
    names.insert(measure_warning_name(static_cast<MeasureWarning>(i)));
    CHECK_FALSE(measure_warning_sentence(static_cast<MeasureWarning>(i)).empty());
  }
  CHECK(names.size() == kMeasureWarningCount);
}
