#include "beat/beat_clusters.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "beat/beat_shapes.h"

namespace ecg {
namespace {

// Chosen on every second record of MIT-BIH (bench clusters).
constexpr float kAlike = 0.80f;   // joins a cluster
constexpr float kMerged = 0.88f;  // two clusters become one
constexpr std::size_t kMostClusters = 24;
constexpr std::size_t kMemory = 20;  // a template follows about so many beats
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

/// A cluster in the making.
struct Template {
  BeatShape shape;
  std::size_t count = 0;
};

/// The shift at which a beat fits a template best, and how well.
struct Fit {
  float likeness = -1;
  SampleIndex shift = 0;
};

/// Sorts the beats one after the other, then merges what is alike and sorts again.
class Sorting {
 public:
  Sorting(const ShapeCutter& cutter, std::span<const SampleIndex> r_peaks)
      : cutter_(cutter), r_peaks_(r_peaks), cluster_of_(r_peaks.size(), BeatClusters::kNone) {
    for (std::size_t beat = 0; beat < r_peaks.size(); ++beat) place(beat);
    merge();
    for (Template& one : templates_) one.count = 0;
    for (std::size_t beat = 0; beat < r_peaks.size(); ++beat) place_again(beat);
    order_by_size();
  }

  std::vector<Template>& templates() { return templates_; }
  const std::vector<std::size_t>& cluster_of() const { return cluster_of_; }

  /// Best fit of a shape to a template: the template is shifted against the uncut beat.
  Fit fit(const std::vector<BeatShape>& shifted, const BeatShape& shape) const {
    Fit best;
    for (std::size_t i = 0; i < shifted.size(); ++i) {
      if (shifted[i].empty()) continue;
      const float value = likeness(shifted[i], shape);
      if (value > best.likeness) {
        best = {value, static_cast<SampleIndex>(i) - ShapeCutter::kReach};
      }
    }
    return best;
  }

 private:
  /// The beat at every shift; the unshifted one is in the middle.
  void cut_all(std::size_t beat) {
    shifted_.resize(2 * static_cast<std::size_t>(ShapeCutter::kReach) + 1);
    for (std::size_t i = 0; i < shifted_.size(); ++i) {
      cutter_.cut(r_peaks_[beat], static_cast<SampleIndex>(i) - ShapeCutter::kReach, shifted_[i]);
    }
  }

  const BeatShape& at_shift(SampleIndex shift) const {
    return shifted_[static_cast<std::size_t>(shift + ShapeCutter::kReach)];
  }

  /// The best template and the fit to it.
  std::pair<std::size_t, Fit> best_template() const {
    std::pair<std::size_t, Fit> best{BeatClusters::kNone, {}};
    for (std::size_t c = 0; c < templates_.size(); ++c) {
      const Fit one = fit(shifted_, templates_[c].shape);
      if (one.likeness > best.second.likeness) best = {c, one};
    }
    return best;
  }

  void place(std::size_t beat) {
    cut_all(beat);
    if (at_shift(0).empty()) return;
    const auto [c, best] = best_template();
    const bool joins =
        c != BeatClusters::kNone && (best.likeness >= kAlike || templates_.size() >= kMostClusters);
    if (!joins) {
      templates_.push_back({at_shift(0), 1});
      return;
    }
    Template& one = templates_[c];
    ++one.count;
    if (best.likeness < kAlike) return;  // no room for a cluster of its own: leaves no trace
    const float weight = 1 / static_cast<float>(std::min(one.count, kMemory));
    const BeatShape& shape = at_shift(best.shift);
    for (std::size_t i = 0; i < shape.size(); ++i) {
      one.shape[i] += weight * (shape[i] - one.shape[i]);
    }
  }

  void place_again(std::size_t beat) {
    cut_all(beat);
    if (at_shift(0).empty()) return;
    const std::size_t c = best_template().first;
    if (c == BeatClusters::kNone) return;
    cluster_of_[beat] = c;
    ++templates_[c].count;
  }

  /// A larger template swallows a smaller one that is alike.
  void merge() {
    std::stable_sort(templates_.begin(), templates_.end(),
                     [](const Template& a, const Template& b) { return a.count > b.count; });
    std::vector<Template> kept;
    for (Template& one : templates_) {
      const bool known = std::any_of(kept.begin(), kept.end(), [&](const Template& other) {
        return likeness(one.shape, other.shape) >= kMerged;
      });
      if (!known) kept.push_back(std::move(one));
    }
    templates_ = std::move(kept);
  }

  void order_by_size() {
    std::vector<std::size_t> order(templates_.size()), rank(templates_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
      return templates_[a].count > templates_[b].count;
    });
    std::vector<Template> ordered;
    for (std::size_t i = 0; i < order.size(); ++i) {
      rank[order[i]] = i;
      if (templates_[order[i]].count > 0) ordered.push_back(std::move(templates_[order[i]]));
    }
    templates_ = std::move(ordered);
    for (std::size_t& c : cluster_of_) {
      if (c != BeatClusters::kNone) c = rank[c];
    }
  }

  const ShapeCutter& cutter_;
  std::span<const SampleIndex> r_peaks_;
  std::vector<Template> templates_;
  std::vector<std::size_t> cluster_of_;
  std::vector<BeatShape> shifted_;
};

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
  const ShapeCutter cutter(signal, *rows);
  Sorting sorting(cutter, r_peaks);
  beats.cluster_of = sorting.cluster_of();
  for (const Template& one : sorting.templates()) {
    beats.clusters.push_back({.count = one.count, .spread_ms = cutter.spread_ms(one.shape)});
  }
  add_timing(r_peaks, beats);
  beats.normal = choose_normal(beats.clusters);
  if (beats.normal == BeatClusters::kNone) return beats;
  const BeatCluster normal = beats.clusters[beats.normal];
  for (std::size_t c = 0; c < beats.clusters.size(); ++c) {
    BeatCluster& cluster = beats.clusters[c];
    cluster.likeness = static_cast<double>(
        likeness(sorting.templates()[c].shape, sorting.templates()[beats.normal].shape));
    cluster.beat_class = c == beats.normal ? BeatClass::kNormal : class_of(cluster, normal);
  }
  for (std::size_t i = 0; i < r_peaks.size(); ++i) {
    const std::size_t c = beats.cluster_of[i];
    if (c != BeatClusters::kNone) beats.classes[i] = beats.clusters[c].beat_class;
  }
  return beats;
}

}  // namespace ecg
