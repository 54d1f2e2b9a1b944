#include "beat/similar_beats.h"

#include <algorithm>
#include <cmath>

#include "beat/beat_average.h"
#include "beat/beat_sorting.h"
#include "beat/qrs_energy.h"
#include "dsp/gaps.h"
#include "dsp/lanes.h"

namespace ecg {
namespace {

constexpr double kQrsBefore_s = 0.080,
                 kQrsAfter_s = 0.100;  ///< compared to lay beats on each other
constexpr double kSlopeReach_s = 0.006;
constexpr float kLargest = 3.0f;  ///< times the middle lead: no lead counts more

/// Lays beats on each other by the slopes of their QRS, all leads together.
class Alignment {
 public:
  Alignment(const LeadGrid& grid, SampleIndex margin)
      : grid_(grid),
        before_(points(kQrsBefore_s)),
        length_(before_ + points(kQrsAfter_s) + 1),
        reach_(std::max<SampleIndex>(1, points(kSlopeReach_s))),
        margin_(margin) {}

  /// Moves the members' centres by up to `margin` points, each to where its slopes fit the sum of
  /// those before it best.
  void align(std::vector<GroupMember>& members) {
    sum_.assign(grid_.lead_count * static_cast<std::size_t>(length_), 0.0f);
    for (std::size_t i = 0; i < members.size(); ++i) {
      take(members[i].centre);
      const SampleIndex shift = i == 0 ? 0 : best_shift();
      for (std::size_t lead = 0; lead < grid_.lead_count; ++lead) {
        const float* from = row(lead, shift);
        float* to = sum_.data() + lead * static_cast<std::size_t>(length_);
        for (SampleIndex k = 0; k < length_; ++k) to[k] += from[k];
      }
      members[i].centre += shift;
    }
  }

 private:
  SampleIndex points(double s) const { return static_cast<SampleIndex>(s * grid_.rate_hz + 0.5); }

  float slope(std::span<const float> x, SampleIndex at) const {
    const auto inside = [&](SampleIndex i) {
      return static_cast<std::size_t>(std::clamp<SampleIndex>(i, 0, grid_.points - 1));
    };
    const float value = x[inside(at + reach_)] - x[inside(at - reach_)];
    return std::isfinite(value) ? value : 0.0f;
  }

  /// Slopes of one beat, `margin` points more than are compared at each side, lead after lead. A
  /// lead far larger than the others (an artefact, a lead off) must not decide.
  void take(SampleIndex centre) {
    wide_.clear();
    std::vector<float> sizes;
    for (std::size_t lead = 0; lead < grid_.lead_count; ++lead) {
      const std::span<const float> x = grid_.lead(lead);
      for (SampleIndex i = -margin_; i < length_ + margin_; ++i) {
        wide_.push_back(slope(x, centre - before_ + i));
      }
      sizes.push_back(std::sqrt(dot(row(lead, 0), row(lead, 0), length_)));
    }
    std::vector<float> sorted = sizes;
    std::sort(sorted.begin(), sorted.end());
    const float most = kLargest * sorted[sorted.size() / 2];
    for (std::size_t lead = 0; lead < grid_.lead_count; ++lead) {
      if (!(sizes[lead] > most)) continue;
      float* const values = wide_.data() + lead * static_cast<std::size_t>(length_ + 2 * margin_);
      for (SampleIndex i = 0; i < length_ + 2 * margin_; ++i) values[i] *= most / sizes[lead];
    }
  }

  const float* row(std::size_t lead, SampleIndex shift) const {
    return wide_.data() + lead * static_cast<std::size_t>(length_ + 2 * margin_) +
           (margin_ + shift);
  }

  SampleIndex best_shift() const {
    float best = 0;
    SampleIndex best_at = 0;
    for (SampleIndex shift = -margin_; shift <= margin_; ++shift) {
      float product = 0, energy = 0;
      for (std::size_t lead = 0; lead < grid_.lead_count; ++lead) {
        const float* const here = row(lead, shift);
        product += dot(here, sum_.data() + lead * static_cast<std::size_t>(length_), length_);
        energy += dot(here, here, length_);
      }
      const float fit = energy > 0 ? product / std::sqrt(energy) : 0.0f;
      if (fit > best) {
        best = fit;
        best_at = shift;
      }
    }
    return best_at;
  }

  const LeadGrid& grid_;
  SampleIndex before_, length_, reach_, margin_;
  std::vector<float> wide_, sum_;
};

/// The beats of each shape, laid on each other: coarsely as they were sorted, then by their slopes.
std::vector<BeatGroup> sort_and_align(const LeadGrid& grid, std::span<const SampleIndex> centres) {
  std::vector<std::span<const float>> leads;
  for (std::size_t lead = 0; lead < grid.lead_count; ++lead) leads.push_back(grid.lead(lead));
  const ShapeCutter cutter(leads, grid.rate_hz, CutBeats::kFill);
  const SortedBeats sorted = sort_beats(cutter, centres, ShiftSearch::kNearest);
  std::vector<BeatGroup> groups(sorted.templates.size());
  for (std::size_t beat = 0; beat < centres.size(); ++beat) {
    groups[sorted.group_of[beat]].members.push_back(
        {beat, centres[beat] + sorted.shift_of[beat] * cutter.factor()});
  }
  Alignment alignment(grid, cutter.factor() + 1);
  for (BeatGroup& group : groups) alignment.align(group.members);
  return groups;
}

}  // namespace

LeadGrid lead_grid(SignalView signal, std::span<const std::size_t> rows, SampleIndex begin,
                   SampleIndex end) {
  LeadGrid grid;
  grid.begin = begin;
  grid.factor = std::max<SampleIndex>(1, static_cast<SampleIndex>(signal.sampling_rate_hz / 250));
  grid.rate_hz = signal.sampling_rate_hz / static_cast<double>(grid.factor);
  grid.points = (end - begin) / grid.factor;
  grid.lead_count = rows.size();
  std::vector<float> averages;
  for (const std::size_t row : rows) {
    const auto samples = signal.lead(row).subspan(static_cast<std::size_t>(begin),
                                                  static_cast<std::size_t>(end - begin));
    average_blocks(samples, grid.factor, averages);
    grid.holes.push_back(!all_finite(averages));
    grid.values.insert(grid.values.end(), averages.begin(), averages.end());
  }
  return grid;
}

std::vector<BeatGroup> group_beats(const LeadGrid& grid, std::span<const SampleIndex> centres,
                                   const BeatSpan& span) {
  if (grid.points == 0 || grid.lead_count == 0 || centres.empty()) return {};
  std::vector<BeatGroup> groups = sort_and_align(grid, centres);
  for (BeatGroup& group : groups) average_group(grid, span, group);
  return groups;
}

}  // namespace ecg
