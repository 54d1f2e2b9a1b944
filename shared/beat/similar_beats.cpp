#include "beat/similar_beats.h"

#include <algorithm>
#include <cmath>

#include "beat/beat_average.h"
#include "beat/qrs_energy.h"
#include "dsp/gaps.h"

namespace ecg {
namespace {

constexpr double kQrsBefore_s = 0.080, kQrsAfter_s = 0.100;  ///< compared to tell beats apart
constexpr double kAlign_s = 0.020;
constexpr float kAlike = 0.85f;
constexpr float kSameSize = 1.7f;

/// Slopes of every beat's QRS, all leads together, for comparing shapes.
struct QrsShapes {
  const LeadGrid& grid;
  std::vector<float> weights;  ///< per lead
  SampleIndex before, after, reach;

  float slope(std::size_t lead, SampleIndex at) const {
    const std::span<const float> x = grid.lead(lead);
    const auto inside = [&](SampleIndex i) {
      return static_cast<std::size_t>(std::clamp<SampleIndex>(i, 0, grid.points - 1));
    };
    const float value = x[inside(at + reach)] - x[inside(at - reach)];
    return std::isfinite(value) ? value * weights[lead] : 0.0f;
  }

  /// Slopes from `centre - before - margin` to `centre + after + margin`, lead after lead.
  void take(SampleIndex centre, SampleIndex margin, std::vector<float>& out) const {
    out.clear();
    for (std::size_t lead = 0; lead < grid.lead_count; ++lead) {
      for (SampleIndex i = -before - margin; i <= after + margin; ++i) {
        out.push_back(slope(lead, centre + i));
      }
    }
  }
};

float energy_of(const std::vector<float>& values) {
  float sum = 0;
  for (const float v : values) sum += v * v;
  return sum;
}

/// A lead far larger than the others (an artefact, a lead off) must not decide what is alike.
std::vector<float> comparison_weights(const LeadGrid& grid, std::span<const SampleIndex> centres,
                                      QrsShapes& shapes) {
  shapes.weights.assign(grid.lead_count, 1.0f);
  std::vector<float> size(grid.lead_count, 0.0f);
  for (std::size_t lead = 0; lead < grid.lead_count; ++lead) {
    for (const SampleIndex centre : centres) {
      for (SampleIndex i = -shapes.before; i <= shapes.after; ++i) {
        const float s = shapes.slope(lead, centre + i);
        size[lead] += s * s;
      }
    }
    size[lead] = std::sqrt(size[lead]);
  }
  std::vector<float> sorted = size, weights;
  std::sort(sorted.begin(), sorted.end());
  const float middle = sorted[sorted.size() / 2];
  for (const float s : size) weights.push_back(s > 3 * middle && s > 0 ? 3 * middle / s : 1.0f);
  return weights;
}

/// A group while beats are still being sorted.
struct Template {
  std::vector<float> sum;  ///< of the members' slopes
  float count = 0;
};

struct Match {
  float correlation = -1;
  SampleIndex shift = 0;
  bool same_size = false;
};

/// Best alignment of one beat (`wide`: with `margin` points more at each side) with a template.
Match match(const std::vector<float>& wide, const Template& to, std::size_t leads,
            SampleIndex length, SampleIndex margin) {
  Match best;
  const float to_energy = energy_of(to.sum) / (to.count * to.count);
  const auto row = static_cast<std::size_t>(length + 2 * margin);
  for (SampleIndex shift = -margin; shift <= margin; ++shift) {
    float product = 0, energy = 0;
    for (std::size_t lead = 0; lead < leads; ++lead) {
      const float* a = wide.data() + lead * row + (shift + margin);
      const float* b = to.sum.data() + lead * static_cast<std::size_t>(length);
      for (SampleIndex i = 0; i < length; ++i) {
        product += a[i] * b[i];
        energy += a[i] * a[i];
      }
    }
    product /= to.count;
    const float both = std::sqrt(energy * to_energy);
    if (!(both > 0) || product <= best.correlation * both) continue;
    const float ratio = energy / to_energy;
    best = {product / both, shift,
            ratio < kSameSize * kSameSize && ratio * kSameSize * kSameSize > 1};
  }
  return best;
}

void add_to(Template& to, const std::vector<float>& wide, std::size_t leads, SampleIndex length,
            SampleIndex margin, SampleIndex shift) {
  to.sum.resize(leads * static_cast<std::size_t>(length), 0.0f);
  const auto row = static_cast<std::size_t>(length + 2 * margin);
  for (std::size_t lead = 0; lead < leads; ++lead) {
    for (SampleIndex i = 0; i < length; ++i) {
      to.sum[lead * static_cast<std::size_t>(length) + static_cast<std::size_t>(i)] +=
          wide[lead * row + static_cast<std::size_t>(i + shift + margin)];
    }
  }
  ++to.count;
}

std::vector<BeatGroup> sort_beats(const LeadGrid& grid, std::span<const SampleIndex> centres) {
  const auto points = [&](double s) { return static_cast<SampleIndex>(s * grid.rate_hz + 0.5); };
  QrsShapes shapes{
      grid, {}, points(kQrsBefore_s), points(kQrsAfter_s), std::max<SampleIndex>(1, points(0.006))};
  shapes.weights = comparison_weights(grid, centres, shapes);
  const SampleIndex margin = std::max<SampleIndex>(1, points(kAlign_s));
  const SampleIndex length = shapes.before + shapes.after + 1;
  std::vector<BeatGroup> groups;
  std::vector<Template> templates;
  std::vector<float> wide;
  for (std::size_t beat = 0; beat < centres.size(); ++beat) {
    shapes.take(centres[beat], margin, wide);
    std::size_t chosen = groups.size();
    Match best;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const Match here = match(wide, templates[g], grid.lead_count, length, margin);
      if (!here.same_size || here.correlation < kAlike || here.correlation <= best.correlation) {
        continue;
      }
      best = here;
      chosen = g;
    }
    if (chosen == groups.size()) {
      groups.emplace_back();
      templates.emplace_back();
    }
    add_to(templates[chosen], wide, grid.lead_count, length, margin, best.shift);
    groups[chosen].members.push_back({beat, centres[beat] + best.shift});
  }
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
  std::vector<BeatGroup> groups = sort_beats(grid, centres);
  for (BeatGroup& group : groups) average_group(grid, span, group);
  return groups;
}

}  // namespace ecg
