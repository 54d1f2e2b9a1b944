// Every rhythm is what its name says, by the thresholds of the clinic, on the generated beats.

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "synth/labels.h"
#include "synth/simulate.h"
#include "unit/synth/signal_hash.h"

using namespace ecg;
using Catch::Approx;

namespace {

constexpr std::uint64_t kCount = 40;  // recordings looked at per rhythm

Simulation simulated(Rhythm rhythm, std::uint64_t index, double duration_s = 10) {
  SimulationOptions options;
  options.rhythm = rhythm;
  options.index = index;
  options.duration_s = duration_s;
  options.noise_scale = 0;
  options.sampling_rate_hz = 100;
  return simulate(options).value();
}

SimulationTruth truth_of(Rhythm rhythm, std::uint64_t index) {
  return simulated(rhythm, index).truth;
}

std::vector<double> rr_of(const SimulationTruth& truth) {
  std::vector<double> rr;
  for (const BeatTruth& beat : truth.beats) {
    if (beat.rr_s) rr.push_back(*beat.rr_s);
  }
  return rr;
}

double variation(const std::vector<double>& values) {
  double sum = 0;
  double squares = 0;
  for (const double value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size())) / mean;
}

std::size_t count(const SimulationTruth& truth, char symbol) {
  return static_cast<std::size_t>(
      std::count_if(truth.beats.begin(), truth.beats.end(),
                    [symbol](const BeatTruth& beat) { return beat.symbol == symbol; }));
}

double pr_ms(const BeatTruth& beat) { return 1000 * (beat.qrs.onset_s - beat.p->onset_s); }

}  // namespace

TEST_CASE("every rhythm earns its own label", "[rhythm]") {
  for (const auto& entry : rhythm_catalogue()) {
    for (std::uint64_t index = 0; index < kCount; ++index) {
      const SimulationTruth truth = truth_of(entry.value, index);
      INFO(entry.name << " index " << index << ": " << truth.report);
      if (entry.value == Rhythm::kSinus) {
        REQUIRE((has_label(truth.labels, "sinus") || has_label(truth.labels, "sinus_arrhythmia")));
      } else {
        REQUIRE(has_label(truth.labels, entry.name));
      }
      REQUIRE(rhythm_from_name(entry.name) == entry.value);
      REQUIRE_FALSE(entry.sentence.empty());
      REQUIRE_FALSE(truth.report.empty());
      REQUIRE(truth.report.find('#') == std::string::npos);
      REQUIRE((entry.value == Rhythm::kSinus || entry.value == Rhythm::kSinusArrhythmia ||
               !has_label(truth.labels, "normal")));
    }
  }
}

TEST_CASE("no rhythm earns a label of another family", "[rhythm]") {
  for (std::uint64_t index = 0; index < kCount; ++index) {
    const auto sinus = truth_of(Rhythm::kSinus, index).labels;
    for (const char* other :
         {"af", "flutter", "svt", "pac", "pvc", "vt", "av_block_1", "wenckebach", "mobitz_2",
          "av_block_3", "paced", "pause", "sinus_brady", "sinus_tachy"}) {
      REQUIRE_FALSE(has_label(sinus, other));
    }
    CHECK_FALSE(has_label(truth_of(Rhythm::kMobitz2, index).labels, "wenckebach"));
    CHECK_FALSE(has_label(truth_of(Rhythm::kWenckebach, index).labels, "mobitz_2"));
    CHECK_FALSE(has_label(truth_of(Rhythm::kPvc, index).labels, "couplets"));
    CHECK_FALSE(has_label(truth_of(Rhythm::kPvc, index).labels, "mobitz_2"));
    CHECK_FALSE(has_label(truth_of(Rhythm::kVentricularTachycardia, index).labels, "pvc"));
  }
}

TEST_CASE("AF is irregular and without P, flutter and SVT are regular", "[rhythm]") {
  double spread = 0;
  for (std::uint64_t index = 0; index < kCount; ++index) {
    const SimulationTruth af = simulated(Rhythm::kAtrialFibrillation, index, 30).truth;
    CHECK(std::none_of(af.beats.begin(), af.beats.end(), [](const BeatTruth& b) { return b.p; }));
    CHECK(variation(rr_of(af)) > 0.08);
    spread += variation(rr_of(af)) / kCount;
    const SimulationTruth svt = truth_of(Rhythm::kSvt, index);
    CHECK(variation(rr_of(svt)) < 0.02);
    CHECK(*svt.intervals.heart_rate_bpm > 145);
    CHECK(*svt.intervals.qrs_ms < 120);
    const SimulationTruth flutter = truth_of(Rhythm::kAtrialFlutter, index);
    CHECK((*flutter.intervals.heart_rate_bpm > 60 && *flutter.intervals.heart_rate_bpm < 165));
  }
  CHECK((spread > 0.14 && spread < 0.28));  // of RR in untreated AF
}

TEST_CASE("fibrillation waves fill the pauses, strongest in V1", "[rhythm]") {
  double v1 = 0;
  double i = 0;
  for (std::uint64_t index = 0; index < kCount; ++index) {
    const Simulation af = simulated(Rhythm::kAtrialFibrillation, index);
    for (std::size_t beat = 1; beat < af.truth.beats.size(); ++beat) {
      const double end_s = af.truth.beats[beat].qrs.onset_s;
      const double begin_s = std::max(af.truth.beats[beat - 1].t->offset_s, end_s - 0.2);
      for (double t = begin_s; t < end_s && t < 9.9; t += 0.01) {
        const auto sample = static_cast<std::size_t>(t * 100);
        v1 += std::abs(af.recording.signal.lead(6)[sample]);
        i += std::abs(af.recording.signal.lead(0)[sample]);
      }
    }
  }
  CHECK(v1 > 1.5 * i);
  CHECK(i > 0);
}

TEST_CASE("premature ventricular beats are early, wide and followed by a full pause", "[rhythm]") {
  for (std::uint64_t index = 0; index < kCount; ++index) {
    const SimulationTruth truth = truth_of(Rhythm::kPvc, index);
    REQUIRE(count(truth, 'V') >= 1);
    for (std::size_t i = 2; i + 1 < truth.beats.size(); ++i) {
      const BeatTruth& beat = truth.beats[i];
      if (beat.symbol != 'V' || truth.beats[i - 1].symbol == 'V') continue;
      INFO("index " << index << " beat at " << beat.qrs.peak_s);
      CHECK(beat.qrs.duration_s() > 0.12);
      CHECK_FALSE(beat.p.has_value());
      const double usual = *truth.intervals.rr_ms / 1000;
      CHECK(*beat.rr_s < 0.8 * usual);
      CHECK(*beat.rr_s + *truth.beats[i + 1].rr_s == Approx(2 * usual).epsilon(0.15));
    }
  }
}

TEST_CASE("bigeminy alternates, couplets come in pairs, foci differ", "[rhythm]") {
  for (std::uint64_t index = 0; index < kCount; ++index) {
    const SimulationTruth bigeminy = truth_of(Rhythm::kBigeminy, index);
    CHECK(std::abs(static_cast<double>(count(bigeminy, 'V')) -
                   static_cast<double>(count(bigeminy, 'N'))) <= 2);
    CHECK(truth_of(Rhythm::kPvcMultifocal, index).ventricular_foci >= 2);
    CHECK(truth_of(Rhythm::kPvc, index).ventricular_foci == 1);
  }
}

TEST_CASE("premature atrial beats are early and narrow and reset the sinus node", "[rhythm]") {
  for (std::uint64_t index = 0; index < kCount; ++index) {
    const SimulationTruth truth = truth_of(Rhythm::kPac, index);
    REQUIRE(count(truth, 'A') >= 1);
    for (std::size_t i = 1; i < truth.beats.size(); ++i) {
      const BeatTruth& beat = truth.beats[i];
      if (beat.symbol != 'A') continue;
      INFO("index " << index << " beat at " << beat.qrs.peak_s);
      const double usual = *truth.intervals.rr_ms / 1000;
      CHECK(*beat.rr_s < 0.85 * usual);
      CHECK(beat.qrs.duration_s() < 0.12);
      REQUIRE(beat.p.has_value());
      if (i + 1 < truth.beats.size()) CHECK(*beat.rr_s + *truth.beats[i + 1].rr_s < 1.95 * usual);
    }
  }
}

TEST_CASE("conduction behaves as each AV block says", "[rhythm]") {
  for (std::uint64_t index = 0; index < kCount; ++index) {
    INFO("index " << index);
    const SimulationTruth first = truth_of(Rhythm::kAvBlock1, index);
    for (const BeatTruth& beat : first.beats) CHECK(pr_ms(beat) > 200);
    CHECK(first.blocked_p.empty());
    const SimulationTruth mobitz = truth_of(Rhythm::kMobitz2, index);
    double shortest = 1000;
    double longest = 0;
    for (const BeatTruth& beat : mobitz.beats) {
      shortest = std::min(shortest, pr_ms(beat));
      longest = std::max(longest, pr_ms(beat));
    }
    CHECK(longest - shortest < 25);
    CHECK(mobitz.blocked_p.size() >= 2);
    const SimulationTruth third = truth_of(Rhythm::kAvBlock3, index);
    CHECK(third.blocked_p.size() > third.beats.size());
    CHECK(variation(rr_of(third)) < 0.03);
    CHECK(*third.intervals.heart_rate_bpm < 52);
  }
}

TEST_CASE("PR lengthens within every Wenckebach period", "[rhythm]") {
  for (std::uint64_t index = 0; index < kCount; ++index) {
    const SimulationTruth truth = truth_of(Rhythm::kWenckebach, index);
    for (std::size_t i = 1; i < truth.beats.size(); ++i) {
      const BeatTruth& a = truth.beats[i - 1];
      const BeatTruth& b = truth.beats[i];
      const bool blocked = std::any_of(
          truth.blocked_p.begin(), truth.blocked_p.end(),
          [&](const WaveTruth& p) { return p.onset_s > a.p->onset_s && p.onset_s < b.p->onset_s; });
      INFO("index " << index << " beat at " << b.qrs.peak_s);
      if (blocked) {
        CHECK(pr_ms(a) > pr_ms(b) + 30);
      } else {
        CHECK(pr_ms(b) > pr_ms(a) + 8);
      }
    }
  }
}

TEST_CASE("paced beats carry a spike, ventricular tachycardia is wide and fast", "[rhythm]") {
  SimulationOptions options;
  options.rhythm = Rhythm::kPaced;
  options.noise_scale = 0;
  options.sampling_rate_hz = 1000;
  const Simulation paced = simulate(options).value();
  const auto ii = paced.recording.signal.lead(1);
  for (const BeatTruth& beat : paced.truth.beats) {
    const auto onset = static_cast<std::size_t>(beat.qrs.onset_s * 1000);
    if (onset < 10 || onset + 10 > ii.size()) continue;
    const float lowest = *std::min_element(ii.begin() + static_cast<std::ptrdiff_t>(onset) - 8,
                                           ii.begin() + static_cast<std::ptrdiff_t>(onset) + 2);
    CHECK(lowest < -0.4f);
    CHECK(beat.qrs.duration_s() > 0.12);
  }
  for (std::uint64_t index = 0; index < kCount; ++index) {
    const SimulationTruth vt = truth_of(Rhythm::kVentricularTachycardia, index);
    CHECK(*vt.intervals.heart_rate_bpm > 120);
    CHECK(*vt.intervals.qrs_ms > 120);
    CHECK(*truth_of(Rhythm::kPaced, index).intervals.qrs_ms > 120);
  }
}

TEST_CASE("P waves stand beside some ventricular tachycardias and asystoles, not others",
          "[rhythm]") {
  int dissociated = 0, standstill = 0;
  for (std::uint64_t index = 0; index < kCount; ++index) {
    const auto vt = truth_of(Rhythm::kVentricularTachycardia, index);
    CHECK(has_label(vt.labels, "av_dissociation") == (vt.blocked_p.size() >= 2));
    CHECK((vt.atrial == AtrialWaves::kNone) == vt.blocked_p.empty());
    dissociated += has_label(vt.labels, "av_dissociation");
    const auto still = simulated(Rhythm::kAsystole, index);
    CHECK(still.truth.labels == std::vector<std::string>{"asystole"});
    CHECK(still.truth.beats.empty());
    CHECK_FALSE(still.truth.intervals.heart_rate_bpm.has_value());
    CHECK(still.truth.report.find('#') == std::string::npos);
    float largest = 0;
    for (const float value : still.recording.signal.values()) {
      largest = std::max(largest, std::abs(value));
    }
    CHECK((largest == 0) == still.truth.blocked_p.empty());
    CHECK(largest < 0.4f);
    standstill += still.truth.blocked_p.empty() ? 0 : 1;
  }
  const int count = static_cast<int>(kCount);
  CHECK((dissociated > count / 4 && dissociated < count * 9 / 10));
  CHECK((standstill > count / 5 && standstill < count * 4 / 5));
}

TEST_CASE("rhythms have the same bits on every platform", "[rhythm][golden]") {
  std::uint64_t all = 0;
  for (const auto& entry : rhythm_catalogue()) {
    all = all * 31 + test::signal_hash(simulated(entry.value, 5).recording.signal);
  }
  CHECK(all == 0xd339e454db8cd52eull);
}

TEST_CASE("reports vary in wording and name the rate", "[report]") {
  std::vector<std::string> reports;
  for (std::uint64_t index = 0; index < kCount; ++index) {
    const SimulationTruth truth = truth_of(Rhythm::kAtrialFibrillation, index);
    const auto rate = std::to_string(static_cast<int>(*truth.intervals.heart_rate_bpm + 0.5));
    CHECK(truth.report.find(rate) != std::string::npos);
    reports.push_back(truth.report.substr(0, 12));
  }
  std::sort(reports.begin(), reports.end());
  CHECK(std::unique(reports.begin(), reports.end()) - reports.begin() >= 2);
}
