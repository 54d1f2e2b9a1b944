#include "beat/beat_clusters.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "beat/beat_sorting.h"

namespace ecg {
namespace {

// Chosen on every second record of MIT-BIH (bench clusters).
constexpr double kRivalShare = 0.5;  // of the largest cluster: may be the normal one
constexpr double kPlainlyNarrower = 0.8;

Error refused(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint), {}, {}};
}

Result<std::vector<std::size_t>> rows_of(SignalView signal, std::span<const SampleIndex> r_peaks,
                                         std::span<const std::size_t> asked) {
  const double rate_hz = signal.sampling_rate_hz;
  if (!(rate_hz >= 50 && rate_hz <= 20000)) {
    return refused(
        "beats cannot be compared at a sampling rate of " + std::to_string(rate_hz) + " Hz",
        "resample the signal to between 50 and 20000 Hz");
  }
  for (std::size_t i = 0; i < r_peaks.size(); ++i) {
    const bool inside = r_peaks[i] >= 0 && r_peaks[i] < signal.sample_count;
    if (inside && (i == 0 || r_peaks[i] > r_peaks[i - 1])) continue;
    return refused("R peak " + std::to_string(r_peaks[i]) + " in a signal of " +
                       std::to_string(signal.sample_count) + " samples",
                   "give ascending samples inside the signal");
  }
  std::vector<std::size_t> rows(asked.begin(), asked.end());
  if (rows.empty()) {
    rows.resize(signal.lead_count);
    std::iota(rows.begin(), rows.end(), std::size_t{0});
  }
  for (const std::size_t row : rows) {
    if (row < signal.lead_count) continue;
    return refused("row " + std::to_string(row) + " of a signal with " +
                       std::to_string(signal.lead_count) + " leads",
                   "rows count from 0");
  }
  return rows;
}

double median(std::vector<double>& values) {
  if (values.empty()) return 1;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// RR before each beat over the usual RR around it (the median of eleven); 1 for the first beat.
std::vector<double> relative_rr(std::span<const SampleIndex> r_peaks) {
  constexpr std::size_t kAround = 5;
  std::vector<double> rr(r_peaks.size(), 0), relative(r_peaks.size(), 1), around;
  for (std::size_t i = 1; i < rr.size(); ++i) {
    rr[i] = static_cast<double>(r_peaks[i] - r_peaks[i - 1]);
  }
  for (std::size_t i = 1; i < rr.size(); ++i) {
    const std::size_t begin = i > kAround ? i - kAround : 1;
    const std::size_t end = std::min(rr.size(), i + kAround + 1);
    around.assign(rr.begin() + static_cast<std::ptrdiff_t>(begin),
                  rr.begin() + static_cast<std::ptrdiff_t>(end));
    relative[i] = rr[i] / median(around);
  }
  return relative;
}

/// Timing of each cluster's beats.
void add_timing(std::span<const SampleIndex> r_peaks, BeatClusters& beats) {
  const std::vector<double> relative = relative_rr(r_peaks);
  std::vector<double> before, after;
  for (std::size_t c = 0; c < beats.clusters.size(); ++c) {
    before.clear();
    after.clear();
    for (std::size_t i = 0; i < relative.size(); ++i) {
      if (beats.cluster_of[i] != c) continue;
      if (i > 0) before.push_back(relative[i]);
      if (i + 1 < relative.size()) after.push_back(relative[i + 1]);
    }
    beats.clusters[c].prematurity = median(before);
    beats.clusters[c].pause = median(after);
  }
}

std::size_t choose_normal(const std::vector<BeatCluster>& clusters) {
  std::size_t normal = BeatClusters::kNone;
  for (std::size_t c = 0; c < clusters.size(); ++c) {
    if (normal == BeatClusters::kNone) {
      normal = c;
      continue;
    }
    const bool rival = static_cast<double>(clusters[c].count) >=
                       kRivalShare * static_cast<double>(clusters[0].count);
    if (rival && clusters[c].spread_ms < kPlainlyNarrower * clusters[normal].spread_ms) normal = c;
  }
  return normal;
}

/// Shape and timing together. A ventricular beat comes early, or a pause follows it, or many of its
/// kind agree; a shape of its own that keeps the time of the others, or falls between two of them,
/// is an artefact.
BeatClass class_of(const BeatCluster& cluster, const BeatCluster& normal) {
  const double width = cluster.spread_ms / std::max(1.0, normal.spread_ms);
  if (cluster.likeness > 0.75) return BeatClass::kNormal;
  const bool wide = width > 1.3, early = cluster.prematurity < 0.90;
  const bool between = early && cluster.prematurity + cluster.pause < 1.45;
  const bool often = cluster.count >= (between ? 20u : 5u);
  if (between && !(wide && often)) return BeatClass::kOther;
  if (early && (width > 1.1 || cluster.likeness < 0.5)) return BeatClass::kVentricular;
  if (wide && (often || cluster.pause > 1.15)) return BeatClass::kVentricular;
  return BeatClass::kOther;
}

}  // namespace

std::string_view beat_class_name(BeatClass beat_class) {
  constexpr std::string_view kNames[] = {"normal", "ventricular", "other"};
  return kNames[static_cast<std::size_t>(beat_class)];
}

std::size_t BeatClusters::count(BeatClass beat_class) const {
  return static_cast<std::size_t>(std::count(classes.begin(), classes.end(), beat_class));
}

Result<BeatClusters> cluster_beats(SignalView signal, std::span<const SampleIndex> r_peaks,
                                   const ClusterOptions& options) {
  const auto rows = rows_of(signal, r_peaks, options.rows);
  if (!rows) return rows.error();
  BeatClusters beats;
  beats.classes.assign(r_peaks.size(), BeatClass::kOther);
  beats.cluster_of.assign(r_peaks.size(), BeatClusters::kNone);
  if (rows->empty()) return beats;
  std::vector<std::span<const float>> leads;
  for (const std::size_t row : *rows) leads.push_back(signal.lead(row));
  const ShapeCutter cutter(leads, signal.sampling_rate_hz, CutBeats::kRefuse);
  const SortedBeats sorted = sort_beats(cutter, r_peaks);
  beats.cluster_of = sorted.group_of;
  for (const BeatTemplate& one : sorted.templates) {
    beats.clusters.push_back({.count = one.count, .spread_ms = cutter.spread_ms(one.shape)});
  }
  add_timing(r_peaks, beats);
  beats.normal = choose_normal(beats.clusters);
  if (beats.normal == BeatClusters::kNone) return beats;
  const BeatCluster normal = beats.clusters[beats.normal];
  for (std::size_t c = 0; c < beats.clusters.size(); ++c) {
    BeatCluster& cluster = beats.clusters[c];
    cluster.likeness = static_cast<double>(
        likeness(sorted.templates[c].shape, sorted.templates[beats.normal].shape));
    cluster.beat_class = c == beats.normal ? BeatClass::kNormal : class_of(cluster, normal);
  }
  for (std::size_t i = 0; i < r_peaks.size(); ++i) {
    const std::size_t c = beats.cluster_of[i];
    if (c != BeatClusters::kNone) beats.classes[i] = beats.clusters[c].beat_class;
  }
  return beats;
}

}  // namespace ecg
