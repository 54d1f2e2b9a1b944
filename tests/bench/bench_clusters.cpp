// Ventricular beats told from the others on the MIT-BIH Arrhythmia Database, scored as ANSI/AAMI
// EC57 does: detection and classification together, first 5 minutes left out; fusion and
// unclassifiable beats taken for ventricular ones are no mistake. Records at even positions in the
// list may be used to choose parameters; those at odd positions are reported apart.
// Usage: bench_clusters [--json FILE | --each | --chosen]; --chosen: only the records that rules
// may be chosen on, and nothing is timed.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "beat/beat_clusters.h"
#include "beat/r_peaks.h"
#include "beat_scoring.h"
#include "dsp/baseline.h"
#include "io/wfdb_reader.h"
#include "real_records.h"
#include "support/test_data.h"
#include "timing.h"

namespace {

using namespace ecg;
using namespace ecg::bench;

enum class Reference { kVentricular, kFusion, kOther };

struct ReferenceBeat {
  SampleIndex sample;
  Reference kind;
};

std::vector<ReferenceBeat> reference_kinds(std::span<const Annotation> annotations,
                                           SampleIndex start) {
  const ReferenceBeats all = reference_beats(annotations);
  std::vector<ReferenceBeat> beats;
  for (const Annotation& a : annotations) {
    if (a.sample < start) continue;
    if (!std::binary_search(all.beats.begin(), all.beats.end(), a.sample)) continue;
    if (std::strchr("NLRBAaJSVrFejnE/fQ?", a.symbol.empty() ? ' ' : a.symbol[0]) == nullptr) {
      continue;
    }
    const bool excluded = std::any_of(
        all.excluded.begin(), all.excluded.end(),
        [&](const auto& range) { return a.sample >= range.first && a.sample <= range.second; });
    if (excluded) continue;
    const bool ventricular = a.symbol == "V" || a.symbol == "E";
    const bool fusion = a.symbol == "F" || a.symbol == "Q" || a.symbol == "/" || a.symbol == "f";
    beats.push_back({a.sample, ventricular ? Reference::kVentricular
                               : fusion    ? Reference::kFusion
                                           : Reference::kOther});
  }
  return beats;
}

/// hits: V found as V; missed: V found as something else, or not at all; extra: V where there is
/// another beat, or none.
BeatScore score(const std::vector<ReferenceBeat>& reference, std::span<const SampleIndex> found,
                const BeatClusters& clusters, SampleIndex start, SampleIndex window) {
  BeatScore result;
  std::vector<bool> used(found.size(), false);
  for (const ReferenceBeat& beat : reference) {
    const auto next = std::lower_bound(found.begin(), found.end(), beat.sample);
    std::size_t nearest = static_cast<std::size_t>(next - found.begin());
    if (nearest > 0 &&
        (next == found.end() || *next - beat.sample > beat.sample - found[nearest - 1])) {
      --nearest;
    }
    const bool paired = nearest < found.size() && !used[nearest] &&
                        std::llabs(found[nearest] - beat.sample) <= window;
    if (paired) used[nearest] = true;
    const bool called = paired && clusters.classes[nearest] == BeatClass::kVentricular;
    if (beat.kind == Reference::kVentricular) called ? ++result.hits : ++result.missed;
    if (beat.kind == Reference::kOther && called) ++result.extra;
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool alone = !used[i] && found[i] >= start + window;
    if (alone && clusters.classes[i] == BeatClass::kVentricular) ++result.extra;
  }
  return result;
}

void print(const std::string& name, const BeatScore& s) {
  const Interval se = wilson(s.hits, s.hits + s.missed), pp = wilson(s.hits, s.hits + s.extra);
  std::printf("%-24s %5zu %5zu %5zu  %6.2f [%5.2f, %5.2f]  %6.2f [%5.2f, %5.2f]\n", name.c_str(),
              s.hits + s.missed, s.missed, s.extra, 100 * s.sensitivity(), 100 * se.low,
              100 * se.high, 100 * s.positive_predictivity(), 100 * pp.low, 100 * pp.high);
}

void print_clusters(const BeatClusters& beats) {
  for (const BeatCluster& c : beats.clusters) {
    std::printf("    %-12s %5zu  likeness %5.2f  spread %5.1f ms  before %4.2f  after %4.2f\n",
                std::string(beat_class_name(c.beat_class)).c_str(), c.count, c.likeness,
                c.spread_ms, c.prematurity, c.pause);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto folder = test::data_folder();
  if (!folder) {
    std::puts("bench clusters: no real ECGs (EINTHOVEN_DATA), nothing was measured");
    return 1;
  }
  const bool each = argc > 1 && std::strcmp(argv[1], "--each") == 0;
  const bool chosen = argc > 1 && std::strcmp(argv[1], "--chosen") == 0;
  std::vector<RealRecord> records = read_database(*folder, "mitdb");
  require(records.size() == 22, "the records of MIT-BIH can be read");
  std::printf("%-24s beats  miss extra  Se %% [95 %%]             +P %% [95 %%]\n",
              "MIT-BIH, ventricular");
  BeatScore halves[2];
  for (std::size_t i = 0; i < records.size(); i += each || chosen ? 2 : 1) {
    Signal& signal = records[i].recording.signal;
    const double rate_hz = signal.sampling_rate_hz();
    require(remove_baseline(signal).has_value(), "baseline of a MIT-BIH record");
    const auto found = find_r_peaks(signal);
    require(found.has_value(), "R peaks of a MIT-BIH record");
    const auto clusters = cluster_beats(signal, *found);
    require(clusters.has_value(), "clusters of a MIT-BIH record");
    const auto start = static_cast<SampleIndex>(300 * rate_hz);
    const BeatScore one = score(reference_kinds(records[i].recording.annotations, start), *found,
                                *clusters, start, static_cast<SampleIndex>(0.15 * rate_hz + 0.5));
    halves[i % 2].hits += one.hits;
    halves[i % 2].missed += one.missed;
    halves[i % 2].extra += one.extra;
    if (each) {
      print("  " + records[i].name, one);
      print_clusters(*clusters);
    }
  }
  print("chosen on", halves[0]);
  if (each || chosen) return 0;
  print("other half", halves[1]);
  const Signal& half_hour = records[0].recording.signal;
  const auto peaks = find_r_peaks(half_hour);
  std::size_t clusters = 0;
  const auto timing = measure(
      "clusters, half an hour of two leads at 360 Hz",
      [&](std::size_t) { clusters += cluster_beats(half_hour, *peaks)->clusters.size(); }, 20);
  require(clusters > 0, "there are clusters");
  return report(argc, argv, "clusters", "one core, 20 calls", {timing});
}
