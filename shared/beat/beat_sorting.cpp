#include "beat/beat_sorting.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace ecg {
namespace {

// Chosen on every second record of MIT-BIH (bench clusters).
constexpr float kAlike = 0.80f;   // joins a group
constexpr float kMerged = 0.88f;  // two groups become one
constexpr float kSurely = 0.90f;  // fits (ShiftSearch::kNearest)
constexpr std::size_t kMostGroups = 24;
constexpr std::size_t kMemory = 20;  // a template follows about so many beats

/// The template and the shift at which a beat fits best, and how well.
struct Fit {
  std::size_t group = SortedBeats::kNone;
  float likeness = -1;
  SampleIndex shift = 0;
};

class Sorting {
 public:
  Sorting(const ShapeCutter& cutter, std::span<const SampleIndex> r_peaks, ShiftSearch search)
      : cutter_(cutter), r_peaks_(r_peaks), search_(search), shifted_(2 * ShapeCutter::kReach + 1) {
    sorted_.group_of.assign(r_peaks.size(), SortedBeats::kNone);
    sorted_.shift_of.assign(r_peaks.size(), 0);
  }

  SortedBeats run() {
    for (std::size_t beat = 0; beat < r_peaks_.size(); ++beat) place(beat);
    if (sorted_.templates.size() > 1) {
      merge();
      for (BeatTemplate& one : sorted_.templates) one.count = 0;
      for (std::size_t beat = 0; beat < r_peaks_.size(); ++beat) place_again(beat);
      order_by_size();
    }
    return std::move(sorted_);
  }

 private:
  /// A beat cut at some shift.
  struct Shifted {
    ShapeVector shape;
    float energy = 0;
    bool is_cut = false;
  };

  /// Turns to another beat. False if it has no shape.
  bool take(SampleIndex r_peak) {
    r_peak_ = r_peak;
    for (Shifted& one : shifted_) one.is_cut = false;
    return !at_shift(0).shape.empty();
  }

  /// The beat at that shift, cut when it is asked for.
  const Shifted& at_shift(SampleIndex shift) {
    Shifted& one = shifted_[static_cast<std::size_t>(shift + ShapeCutter::kReach)];
    if (!one.is_cut) {
      cutter_.cut(r_peak_, shift, one.shape);
      one.energy = energy_of(one.shape);
      one.is_cut = true;
    }
    return one;
  }

  void try_shift(SampleIndex shift, Fit& best) {
    const Shifted& one = at_shift(shift);
    if (one.shape.empty()) return;
    for (std::size_t group = 0; group < sorted_.templates.size(); ++group) {
      const BeatTemplate& to = sorted_.templates[group];
      const float value = likeness(one.shape, one.energy, to.shape, to.energy);
      if (value > best.likeness) best = {group, value, shift};
    }
  }

  /// From no shift outwards.
  Fit best_fit() {
    Fit best;
    try_shift(0, best);
    for (SampleIndex shift = 1; shift <= ShapeCutter::kReach; ++shift) {
      try_shift(-shift, best);
      try_shift(shift, best);
      const bool sure = best.likeness >= kSurely && std::abs(best.shift) < shift;
      if (sure && search_ == ShiftSearch::kNearest) break;
    }
    return best;
  }

  void place(std::size_t beat) {
    if (!take(r_peaks_[beat])) return;
    const Fit best = best_fit();
    const bool full = sorted_.templates.size() >= kMostGroups;
    if (best.group == SortedBeats::kNone || (best.likeness < kAlike && !full)) {
      sorted_.group_of[beat] = sorted_.templates.size();
      sorted_.templates.push_back({at_shift(0).shape, at_shift(0).energy, 1});
      return;
    }
    sorted_.group_of[beat] = best.group;
    sorted_.shift_of[beat] = best.shift;
    BeatTemplate& to = sorted_.templates[best.group];
    ++to.count;
    if (best.likeness < kAlike) return;  // no room for a group of its own: leaves no trace
    const float weight = 1 / static_cast<float>(std::min(to.count, kMemory));
    const ShapeVector& shape = at_shift(best.shift).shape;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      to.shape[i] += weight * (shape[i] - to.shape[i]);
    }
    to.energy = energy_of(to.shape);
  }

  void place_again(std::size_t beat) {
    if (!take(r_peaks_[beat])) return;
    const Fit best = best_fit();
    if (best.group == SortedBeats::kNone) return;
    sorted_.group_of[beat] = best.group;
    sorted_.shift_of[beat] = best.shift;
    ++sorted_.templates[best.group].count;
  }

  /// A larger template swallows a smaller one that is alike.
  void merge() {
    std::vector<BeatTemplate>& all = sorted_.templates;
    std::stable_sort(all.begin(), all.end(), [](const BeatTemplate& a, const BeatTemplate& b) {
      return a.count > b.count;
    });
    std::vector<BeatTemplate> kept;
    for (BeatTemplate& one : all) {
      const bool known = std::any_of(kept.begin(), kept.end(), [&](const BeatTemplate& other) {
        return likeness(one.shape, one.energy, other.shape, other.energy) >= kMerged;
      });
      if (!known) kept.push_back(std::move(one));
    }
    all = std::move(kept);
  }

  void order_by_size() {
    std::vector<BeatTemplate>& all = sorted_.templates;
    std::vector<std::size_t> order(all.size()), rank(all.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return all[a].count > all[b].count; });
    std::vector<BeatTemplate> ordered;
    for (std::size_t i = 0; i < order.size(); ++i) {
      rank[order[i]] = i;
      if (all[order[i]].count > 0) ordered.push_back(std::move(all[order[i]]));
    }
    all = std::move(ordered);
    for (std::size_t& group : sorted_.group_of) {
      if (group != SortedBeats::kNone) group = rank[group];
    }
  }

  const ShapeCutter& cutter_;
  std::span<const SampleIndex> r_peaks_;
  ShiftSearch search_;
  SortedBeats sorted_;
  SampleIndex r_peak_ = 0;
  std::vector<Shifted> shifted_;
};

}  // namespace

SortedBeats sort_beats(const ShapeCutter& cutter, std::span<const SampleIndex> r_peaks,
                       ShiftSearch search) {
  return Sorting(cutter, r_peaks, search).run();
}

}  // namespace ecg
