#include "beat/wave_repeats.h"

#include <algorithm>
#include <cmath>

namespace ecg {
namespace {

/// Appends one lead's values from `from` on, less the line between the first and the last. Missing
/// values count as 0: they agree with nothing.
void append_levelled(std::span<const float> x, SampleIndex from, SampleIndex count,
                     std::vector<float>& out) {
  const auto points = static_cast<SampleIndex>(x.size());
  const auto at = [&](SampleIndex i) {
    return x[static_cast<std::size_t>(std::clamp<SampleIndex>(from + i, 0, points - 1))];
  };
  const float first = at(0), slope = (at(count - 1) - first) / static_cast<float>(count - 1);
  for (SampleIndex i = 0; i < count; ++i) {
    const float v = at(i) - first - slope * static_cast<float>(i);
    out.push_back(std::isfinite(v) ? v : 0.0f);
  }
}

float correlation(const float* a, const float* b, std::size_t length) {
  float product = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < length; ++i) {
    product += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  const float both = std::sqrt(aa) * std::sqrt(bb);
  return both > 0 ? product / both : 0.0f;
}

/// A wave's place in grid points relative to a beat's centre.
struct Place {
  SampleIndex onset = 0, count = 0;

  explicit Place(const WaveEdges& wave)
      : onset(static_cast<SampleIndex>(std::floor(wave.onset))),
        count(static_cast<SampleIndex>(wave.offset) - onset + 1) {}
};

/// All leads of one beat from grid point `from` on.
void take_beat(const LeadGrid& grid, SampleIndex from, SampleIndex count, std::vector<float>& out) {
  out.clear();
  for (std::size_t l = 0; l < grid.lead_count; ++l) {
    append_levelled(grid.lead(l), from, count, out);
  }
}

void take_mean(const BeatSpan& span, const BeatGroup& group, SampleIndex onset, SampleIndex count,
               std::vector<float>& out) {
  out.clear();
  const auto length = static_cast<std::size_t>(span.size());
  for (std::size_t l = 0; l < group.counts.size(); ++l) {
    append_levelled({group.mean.data() + l * length, length}, onset + span.before, count, out);
  }
}

/// Looks for the wave of `others` in one beat away from its usual place.
Repeat look_around(const LeadGrid& grid, SampleIndex from, SampleIndex count,
                   const std::vector<float>& others, const Repeat& usual, float enough,
                   SampleIndex reach, std::vector<float>& scratch) {
  Repeat best{enough, 0};
  for (SampleIndex shift = -reach; shift <= reach; ++shift) {
    take_beat(grid, from + shift, count, scratch);
    const float r = correlation(scratch.data(), others.data(), others.size());
    if (r > best.correlation) best = {r, shift};
  }
  return best.shift != 0 ? best : usual;
}

}  // namespace

std::vector<Repeat> wave_repeats(const LeadGrid& grid, const BeatGroup& group,
                                 const WaveEdges& wave, float enough, float shifted_enough,
                                 SampleIndex reach) {
  const Place place(wave);
  if (group.members.size() < 2 || place.count < 3) return {};
  const std::size_t length = grid.lead_count * static_cast<std::size_t>(place.count);
  std::vector<float> rows, sum(length, 0.0f), others(length), scratch;
  rows.reserve(length * group.members.size());
  for (const GroupMember& m : group.members) {
    take_beat(grid, m.centre + place.onset, place.count, scratch);
    rows.insert(rows.end(), scratch.begin(), scratch.end());
    for (std::size_t i = 0; i < length; ++i) sum[i] += scratch[i];
  }
  std::vector<Repeat> repeats;
  for (std::size_t m = 0; m < group.members.size(); ++m) {
    const float* one = rows.data() + m * length;
    for (std::size_t i = 0; i < length; ++i) others[i] = sum[i] - one[i];
    Repeat here{correlation(one, others.data(), length), 0};
    if (here.correlation < enough && reach > 0) {
      here = look_around(grid, group.members[m].centre + place.onset, place.count, others, here,
                         shifted_enough, reach, scratch);
    }
    repeats.push_back(here);
  }
  return repeats;
}

float usual_correlation(const std::vector<Repeat>& repeats) {
  if (repeats.empty()) return 1;
  std::vector<float> values;
  for (const Repeat& r : repeats) values.push_back(r.shift == 0 ? r.correlation : 0.0f);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

float likeness(const BeatSpan& span, const BeatGroup& group, const WaveEdges& wave,
               const BeatGroup& like_group, const WaveEdges& like, SampleIndex reach) {
  const Place place(wave), like_place(like);
  if (like_place.count < 3) return 0;
  std::vector<float> model, here;
  take_mean(span, like_group, like_place.onset, like_place.count, model);
  float best = -1;
  for (SampleIndex shift = -reach; shift <= reach; ++shift) {
    take_mean(span, group, place.onset + shift, like_place.count, here);
    best = std::max(best, correlation(here.data(), model.data(), model.size()));
  }
  return best;
}

}  // namespace ecg
