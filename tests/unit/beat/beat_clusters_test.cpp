#include "beat/beat_clusters.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "synth/simulate.h"

using namespace ecg;

namespace {

Simulation simulated(Rhythm rhythm, std::uint64_t seed, double rate_hz = 500) {
  SimulationOptions options;
  options.rhythm = rhythm;
  options.seed = seed;
  options.sampling_rate_hz = rate_hz;
  options.duration_s = 30;
  auto simulation = simulate(options);
  REQUIRE(simulation.has_value());
  return std::move(simulation).value();
}

std::vector<SampleIndex> peaks_of(const Simulation& simulation) {
  std::vector<SampleIndex> peaks;
  for (const BeatTruth& beat : simulation.truth.beats) {
    peaks.push_back(
        static_cast<SampleIndex>(beat.qrs.peak_s * simulation.recording.signal.sampling_rate_hz()));
  }
  return peaks;
}

BeatClusters clusters_of(const Simulation& simulation) {
  const auto clusters = cluster_beats(simulation.recording.signal, peaks_of(simulation));
  REQUIRE(clusters.has_value());
  REQUIRE(clusters->classes.size() == simulation.truth.beats.size());
  return *clusters;
}

}  // namespace

TEST_CASE("premature ventricular beats are told from normal ones") {
  for (const Rhythm rhythm : {Rhythm::kPvc, Rhythm::kBigeminy, Rhythm::kCouplets}) {
    for (const double rate_hz : {100.0, 250.0, 500.0}) {
      for (const std::uint64_t seed : {1, 2, 3, 4}) {
        CAPTURE(rhythm_name(rhythm), rate_hz, seed);
        const Simulation simulation = simulated(rhythm, seed, rate_hz);
        const BeatClusters clusters = clusters_of(simulation);
        std::size_t wrong = 0, ventricular = 0;
        for (std::size_t i = 0; i < clusters.classes.size(); ++i) {
          if (clusters.cluster_of[i] == BeatClusters::kNone) continue;
          const bool is = simulation.truth.beats[i].symbol == 'V';
          ventricular += is;
          wrong += is != (clusters.classes[i] == BeatClass::kVentricular);
        }
        CHECK(ventricular > 0);
        CHECK(wrong == 0);
      }
    }
  }
}

TEST_CASE("all beats of sinus rhythm and of atrial fibrillation are normal") {
  for (const Rhythm rhythm :
       {Rhythm::kSinus, Rhythm::kSinusArrhythmia, Rhythm::kPac, Rhythm::kAtrialFibrillation}) {
    CAPTURE(rhythm_name(rhythm));
    const BeatClusters clusters = clusters_of(simulated(rhythm, 5));
    CHECK(clusters.count(BeatClass::kVentricular) == 0);
    CHECK(clusters.count(BeatClass::kNormal) + 2 >= clusters.classes.size());
    CHECK(clusters.normal == 0);
  }
}

TEST_CASE("clusters are consistent: counts, order, classes") {
  const BeatClusters clusters = clusters_of(simulated(Rhythm::kPvcMultifocal, 2));
  REQUIRE(clusters.clusters.size() > 1);
  for (std::size_t c = 0; c < clusters.clusters.size(); ++c) {
    const auto of = std::count(clusters.cluster_of.begin(), clusters.cluster_of.end(), c);
    CHECK(static_cast<std::size_t>(of) == clusters.clusters[c].count);
    if (c > 0) CHECK(clusters.clusters[c].count <= clusters.clusters[c - 1].count);
  }
  for (std::size_t i = 0; i < clusters.classes.size(); ++i) {
    const std::size_t c = clusters.cluster_of[i];
    const BeatClass expected =
        c == BeatClusters::kNone ? BeatClass::kOther : clusters.clusters[c].beat_class;
    CHECK(clusters.classes[i] == expected);
  }
}

TEST_CASE("classes do not depend on amplitude, polarity or the order of leads") {
  Simulation simulation = simulated(Rhythm::kPvc, 3);
  const auto expected = clusters_of(simulation).classes;
  Signal& signal = simulation.recording.signal;
  for (float& value : signal.values()) value *= -2;
  CHECK(clusters_of(simulation).classes == expected);
  const std::vector<LeadLabel> labels(signal.leads().rbegin(), signal.leads().rend());
  Signal reversed(labels, signal.sample_count(), 500);
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    const auto from = signal.lead(signal.lead_count() - 1 - row);
    std::copy(from.begin(), from.end(), reversed.lead(row).begin());
  }
  CHECK(cluster_beats(reversed, peaks_of(simulation))->classes == expected);
}

TEST_CASE("a beat with missing samples, or cut by an end, is in no cluster") {
  Simulation simulation = simulated(Rhythm::kSinus, 1);
  auto peaks = peaks_of(simulation);
  Signal& signal = simulation.recording.signal;
  signal.lead(4)[static_cast<std::size_t>(peaks[3])] = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t i = 0; i < 40; ++i) {
    signal.lead(4)[static_cast<std::size_t>(peaks[3]) + i] =
        std::numeric_limits<float>::quiet_NaN();
  }
  peaks.insert(peaks.begin(), 5);
  const auto clusters = cluster_beats(signal, peaks);
  REQUIRE(clusters);
  CHECK(clusters->cluster_of[0] == BeatClusters::kNone);
  CHECK(clusters->cluster_of[4] == BeatClusters::kNone);
  CHECK(clusters->classes[4] == BeatClass::kOther);
  CHECK(clusters->classes[5] == BeatClass::kNormal);
}

TEST_CASE("clusters: nothing to sort, and what is wrong is named") {
  const Signal signal({label_of(Lead::kII)}, 5000, 500);
  const auto none = cluster_beats(signal, {});
  REQUIRE(none);
  CHECK(none->clusters.empty());
  CHECK(none->normal == BeatClusters::kNone);
  const SampleIndex outside[] = {5000}, twice[] = {10, 10}, inside[] = {2500};
  const std::size_t row[] = {1};
  CHECK(cluster_beats(signal, outside).error().code == ErrorCode::kInvalidArgument);
  CHECK(cluster_beats(signal, twice).error().code == ErrorCode::kInvalidArgument);
  CHECK(cluster_beats(signal, inside, {.rows = row}).error().code == ErrorCode::kInvalidArgument);
  CHECK(cluster_beats(signal, inside)->clusters.size() == 1);  // a flat beat is a shape, too
  const std::set<std::string_view> names = {beat_class_name(BeatClass::kNormal),
                                            beat_class_name(BeatClass::kVentricular),
                                            beat_class_name(BeatClass::kOther)};
  CHECK(names.size() == 3);
}
