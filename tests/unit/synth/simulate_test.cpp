#include "synth/simulate.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "unit/synth/signal_hash.h"

using namespace ecg;
using Catch::Approx;

namespace {

Simulation simulated(const SimulationOptions& options) { return simulate(options).value(); }

SimulationOptions person(std::uint64_t index) {
  SimulationOptions options;
  options.index = index;
  return options;
}

SimulationOptions noiseless(std::uint64_t index) {
  SimulationOptions options = person(index);
  options.noise_scale = 0;
  return options;
}

float at(const Signal& signal, Lead lead, double time_s) {
  const auto sample = static_cast<std::size_t>(time_s * signal.sampling_rate_hz() + 0.5);
  return signal.lead(*signal.find(lead))[std::min(sample, signal.lead(0).size() - 1)];
}

/// Extremes of a lead over the QRS complexes of the recording.
struct Extremes {
  float highest = -100;
  float lowest = 100;
};

Extremes qrs_extremes(const Simulation& simulation, Lead lead) {
  const Signal& signal = simulation.recording.signal;
  Extremes extremes;
  for (const BeatTruth& beat : simulation.truth.beats) {
    for (double t = beat.qrs.onset_s; t <= beat.qrs.offset_s; t += 0.002) {
      if (t < 0 || t >= signal.duration_s()) continue;
      extremes.highest = std::max(extremes.highest, at(signal, lead, t));
      extremes.lowest = std::min(extremes.lowest, at(signal, lead, t));
    }
  }
  return extremes;
}

double correlation(std::span<const float> a, std::span<const float> b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return ab / std::sqrt(aa * bb);
}

/// The first whole beat, 0.25 s before to 0.45 s after the R peak, all leads in a row.
std::vector<float> one_beat(const Simulation& simulation) {
  const Signal& signal = simulation.recording.signal;
  std::vector<float> beat;
  const double r_s = simulation.truth.beats[1].qrs.peak_s;
  for (const LeadLabel& label : signal.leads()) {
    for (double t = -0.25; t < 0.45; t += 0.002) beat.push_back(at(signal, label.lead, r_s + t));
  }
  return beat;
}

}  // namespace

TEST_CASE("a recording has the shape asked for", "[simulate]") {
  const Simulation simulation = simulated(person(3));
  const Signal& signal = simulation.recording.signal;
  CHECK(signal.lead_count() == 12);
  CHECK(signal.sample_count() == 5000);
  CHECK(signal.sampling_rate_hz() == 500);
  CHECK(signal.leads()[3] == label_of(Lead::kAvr));
  CHECK(simulation.recording.calibrations.size() == 12);
  CHECK(std::all_of(signal.values().begin(), signal.values().end(),
                    [](float v) { return std::isfinite(v) && std::abs(v) < 6; }));
}

TEST_CASE("recordings have the same bits on every platform", "[simulate][golden]") {
  SimulationOptions other = person(7);
  other.seed = 0xfeedfacecafebeefull;
  other.sampling_rate_hz = 360;
  other.duration_s = 30;
  CHECK(test::signal_hash(simulated(person(0)).recording.signal) == 0x2c4a93af6f114628ull);
  CHECK(test::signal_hash(simulated(person(1)).recording.signal) == 0xe92b435fba931731ull);
  CHECK(test::signal_hash(simulated(other).recording.signal) == 0x5d9f6dbf1c5dda69ull);
}

TEST_CASE("limb leads obey Einthoven and Goldberger under any noise", "[simulate]") {
  SimulationOptions options = person(4);
  options.noise_scale = 20;
  const Signal signal = simulated(options).recording.signal;
  double worst = 0;
  for (std::size_t i = 0; i < signal.lead(0).size(); ++i) {
    const auto lead = [&](std::size_t row) { return double{signal.lead(row)[i]}; };
    worst = std::max({worst, std::abs(lead(2) - (lead(1) - lead(0))),
                      std::abs(lead(3) + (lead(0) + lead(1)) / 2),
                      std::abs(lead(4) - (lead(0) - lead(1) / 2)),
                      std::abs(lead(5) - (lead(1) - lead(0) / 2))});
  }
  CHECK(worst < 0.001);  // mV
}

TEST_CASE("the waves are normal for a reader", "[simulate]") {
  int tall_v1 = 0;
  int inverted_t = 0;
  for (std::uint64_t index = 0; index < 100; ++index) {
    const Simulation simulation = simulated(noiseless(index));
    INFO("index " << index);
    const Extremes ii = qrs_extremes(simulation, Lead::kII);
    const Extremes avr = qrs_extremes(simulation, Lead::kAvr);
    const Extremes v1 = qrs_extremes(simulation, Lead::kV1);
    const Extremes v5 = qrs_extremes(simulation, Lead::kV5);
    CHECK(ii.highest > -ii.lowest);
    CHECK(-avr.lowest > 2 * avr.highest);
    CHECK(v5.highest > 1.3f * v1.highest);
    CHECK((v5.highest > 0.4 && v5.highest < 3.5));
    tall_v1 += v1.highest > -v1.lowest;
    const BeatTruth& beat = simulation.truth.beats[2];
    inverted_t += at(simulation.recording.signal, Lead::kV5, beat.t->peak_s) < 0;
    inverted_t += at(simulation.recording.signal, Lead::kII, beat.t->peak_s) < 0;
    CHECK(at(simulation.recording.signal, Lead::kAvr, beat.t->peak_s) < 0);
    const IntervalTruth& intervals = simulation.truth.intervals;
    CHECK((*intervals.heart_rate_bpm > 48 && *intervals.heart_rate_bpm < 101));
    CHECK((*intervals.pr_ms >= 118 && *intervals.pr_ms <= 200));
    CHECK((*intervals.qrs_ms >= 70 && *intervals.qrs_ms < 112));
    CHECK((*intervals.qtc_fridericia_ms > 355 && *intervals.qtc_fridericia_ms < 455));
    CHECK((*simulation.truth.axis.qrs_deg > -30 && *simulation.truth.axis.qrs_deg < 105));
  }
  CHECK(tall_v1 == 0);
  CHECK(inverted_t == 0);
}

TEST_CASE("the truth is where the waves are", "[simulate]") {
  for (std::uint64_t index = 0; index < 20; ++index) {
    const Simulation simulation = simulated(noiseless(index));
    const Signal& signal = simulation.recording.signal;
    for (const BeatTruth& beat : simulation.truth.beats) {
      INFO("index " << index << " beat at " << beat.qrs.peak_s);
      REQUIRE((beat.p && beat.t));
      CHECK(beat.p->offset_s < beat.qrs.onset_s + 0.001);
      CHECK(beat.qrs.offset_s < beat.t->peak_s);
      if (beat.p->onset_s < 0.05 || beat.t->offset_s > 9.9) continue;
      // Electrically silent just before P and after T, steep within the QRS.
      CHECK(std::abs(at(signal, Lead::kV4, beat.p->onset_s - 0.03)) < 0.02);
      CHECK(std::abs(at(signal, Lead::kV4, beat.t->offset_s + 0.02)) < 0.03);
      float largest = 0;
      for (const Lead lead : kTwelveLeads) {
        largest = std::max(largest, std::abs(at(signal, lead, beat.qrs.peak_s)));
      }
      CHECK(largest > 0.5);
      CHECK(at(signal, Lead::kII, beat.p->peak_s) > 0.02);
    }
  }
}

TEST_CASE("the heart rate asked for is kept and sinus rhythm varies", "[simulate]") {
  for (const double rate : {40.0, 72.0, 150.0}) {
    SimulationOptions options = noiseless(9);
    options.heart_rate_bpm = rate;
    options.duration_s = 60;
    const Simulation simulation = simulated(options);
    CHECK(*simulation.truth.intervals.heart_rate_bpm == Approx(rate).epsilon(0.03));
    double shortest = 10;
    double longest = 0;
    for (const BeatTruth& beat : simulation.truth.beats) {
      shortest = std::min(shortest, *beat.rr_s);
      longest = std::max(longest, *beat.rr_s);
    }
    CHECK(longest - shortest > 0.008);
    CHECK(longest / shortest < 1.35);
  }
}

TEST_CASE("a patient is recognisable from one recording to the next", "[simulate]") {
  double least_same = 1;
  double same = 0;
  double other = 0;
  for (std::uint64_t patient = 0; patient < 20; ++patient) {
    SimulationOptions first = noiseless(patient);
    SimulationOptions second = noiseless(1000 + patient);
    first.patient = second.patient = patient;
    first.heart_rate_bpm = second.heart_rate_bpm = 65;
    first.sampling_rate_hz = second.sampling_rate_hz = 2000;  // beats are laid over each other
    SimulationOptions stranger = second;
    stranger.patient = patient + 1;
    const auto a = one_beat(simulated(first));
    const double match = correlation(a, one_beat(simulated(second)));
    least_same = std::min(least_same, match);
    same += match / 20;
    other += correlation(a, one_beat(simulated(stranger))) / 20;
  }
  CHECK(least_same > 0.97);
  CHECK(same > other + 0.03);
}

TEST_CASE("leads can be chosen, right-sided and posterior ones too", "[simulate]") {
  SimulationOptions options = noiseless(2);
  options.leads = {Lead::kV4r, Lead::kII, Lead::kV9};
  const Simulation few = simulated(options);
  const Simulation all = simulated(noiseless(2));
  CHECK(few.recording.signal.lead_count() == 3);
  CHECK(std::equal(few.recording.signal.lead(1).begin(), few.recording.signal.lead(1).end(),
                   all.recording.signal.lead(1).begin()));
  const Extremes v4r = qrs_extremes(few, Lead::kV4r);
  CHECK(-v4r.lowest > v4r.highest);
}

TEST_CASE("beats and wave boundaries are annotated in time order", "[simulate]") {
  const Simulation simulation = simulated(person(1));
  const auto& annotations = simulation.recording.annotations;
  std::size_t beats = 0;
  for (std::size_t i = 0; i < annotations.size(); ++i) {
    beats += annotations[i].symbol == "N";
    if (i > 0) CHECK(annotations[i - 1].sample <= annotations[i].sample);
  }
  CHECK(beats == simulation.truth.beats.size());
  CHECK(std::abs(static_cast<double>(annotations.size()) - 9.0 * static_cast<double>(beats)) < 9);
}

TEST_CASE("impossible requests are refused with a remedy", "[simulate]") {
  const auto refused = [](auto change) {
    SimulationOptions options;
    change(options);
    const auto result = simulate(options);
    return !result && result.error().code == ErrorCode::kInvalidArgument &&
           !result.error().hint.empty();
  };
  CHECK(refused([](auto& o) { o.duration_s = 0; }));
  CHECK(refused([](auto& o) { o.duration_s = std::nan(""); }));
  CHECK(refused([](auto& o) { o.sampling_rate_hz = 1e9; }));
  CHECK(refused([](auto& o) { o.duration_s = 3600, o.sampling_rate_hz = 2000; }));
  CHECK(refused([](auto& o) { o.heart_rate_bpm = 0; }));
  CHECK(refused([](auto& o) { o.noise_scale = -1; }));
  CHECK(refused([](auto& o) { o.leads = {}; }));
  CHECK(refused([](auto& o) { o.leads = {Lead::kX}; }));
  CHECK(refused([](auto& o) { o.index = 1ull << 48; }));
}
