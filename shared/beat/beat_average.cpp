#include "beat/beat_average.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "dsp/gaps.h"

namespace ecg {
namespace {

constexpr double kQrsHalf_s = 0.060;  ///< around R: the level there is taken as 0 mV
constexpr double kRWave_s = 0.030;    ///< around R: as narrow as a spike, and is none
constexpr double kSpikeReach_s = 0.010;
constexpr float kSpike_mv = 0.1f;
constexpr float kUnusual = 4.0f;    ///< times the median deviation (energy) of the members
constexpr std::size_t kEnough = 4;  ///< members from which on some can be left out

/// The members of a group in one lead, one row each.
struct MemberRows {
  std::size_t length = 0, count = 0;
  std::vector<float> values;

  std::span<const float> row(std::size_t i) const { return {values.data() + i * length, length}; }
};

/// True if no sample of the lead is missing there (only looked at where the lead has holes).
bool complete(const LeadGrid& grid, std::size_t lead, SampleIndex begin, SampleIndex end) {
  if (!grid.holes[lead]) return true;
  const SampleIndex from = std::max<SampleIndex>(0, begin), to = std::min(grid.points, end);
  return to <= from || all_finite(grid.lead(lead).subspan(static_cast<std::size_t>(from),
                                                          static_cast<std::size_t>(to - from)));
}

/// One lead of one member, its mean around R shifted to 0; constant beyond the ends of the grid.
void take_member(const LeadGrid& grid, std::size_t lead, const BeatSpan& span, SampleIndex centre,
                 float* out) {
  const std::span<const float> x = grid.lead(lead);
  const auto at = [&](SampleIndex i) {
    return x[static_cast<std::size_t>(std::clamp<SampleIndex>(centre + i, 0, grid.points - 1))];
  };
  const auto half = static_cast<SampleIndex>(kQrsHalf_s * grid.rate_hz);
  float level = 0;
  for (SampleIndex i = -half; i <= half; ++i) level += at(i);
  level /= static_cast<float>(2 * half + 1);
  if (centre >= span.before && centre + span.after < grid.points) {
    const float* from = x.data() + (centre - span.before);
    for (SampleIndex i = 0; i < span.size(); ++i) out[i] = from[i] - level;
  } else {
    for (SampleIndex i = 0; i < span.size(); ++i) out[i] = at(i - span.before) - level;
  }
}

void take_members(const LeadGrid& grid, std::size_t lead, const BeatSpan& span,
                  const std::vector<GroupMember>& members, MemberRows& rows) {
  rows.length = static_cast<std::size_t>(span.size());
  rows.count = 0;
  rows.values.resize(members.size() * rows.length);
  for (const GroupMember& m : members) {
    if (!complete(grid, lead, m.centre - span.before, m.centre + span.after + 1)) continue;
    take_member(grid, lead, span, m.centre, rows.values.data() + rows.count * rows.length);
    ++rows.count;
  }
}

/// Mean of the points [begin, end) over the rows that are `used`.
void mean_of(const MemberRows& rows, const std::vector<char>& used, std::size_t begin,
             std::size_t end, float* mean) {
  std::fill(mean + begin, mean + end, 0.0f);
  float count = 0;
  for (std::size_t r = 0; r < rows.count; ++r) {
    if (!used[r]) continue;
    const float* row = rows.row(r).data();
    for (std::size_t i = begin; i < end; ++i) mean[i] += row[i];
    ++count;
  }
  if (count > 1) {
    for (std::size_t i = begin; i < end; ++i) mean[i] /= count;
  }
}

/// Mean squared deviation of one row from the mean, freed from its own offset (baseline wander is
/// no noise here).
float deviation(std::span<const float> row, const float* mean, std::size_t begin, std::size_t end) {
  float sum = 0, squares = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const float d = row[i] - mean[i];
    sum += d;
    squares += d * d;
  }
  const auto n = static_cast<float>(std::max<std::size_t>(1, end - begin));
  return std::max(0.0f, squares / n - (sum / n) * (sum / n));
}

/// Mean over the usual members; returns their mean deviation, and how many they are.
std::pair<float, int> robust_mean(const MemberRows& rows, std::size_t begin, std::size_t end,
                                  float* mean) {
  std::vector<char> used(rows.count, 1);
  std::vector<float> off(rows.count);
  mean_of(rows, used, begin, end, mean);
  for (std::size_t r = 0; r < rows.count; ++r) off[r] = deviation(rows.row(r), mean, begin, end);
  if (rows.count >= kEnough) {
    std::vector<float> sorted = off;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    for (std::size_t r = 0; r < rows.count; ++r) used[r] = off[r] <= kUnusual * *middle;
    mean_of(rows, used, begin, end, mean);
  }
  float sum = 0;
  int count = 0;
  for (std::size_t r = 0; r < rows.count; ++r) {
    if (!used[r]) continue;
    sum += deviation(rows.row(r), mean, begin, end);
    ++count;
  }
  return {count > 1 ? sum / static_cast<float>(count - 1) : 0.0f, count};
}

/// Root mean square of second differences, scaled to the noise that gives them if it is white.
float fine_noise(std::span<const float> x) {
  if (x.size() < 3) return 0;
  float sum = 0;
  for (std::size_t i = 1; i + 1 < x.size(); ++i) {
    const float second = x[i - 1] - 2 * x[i] + x[i + 1];
    sum += second * second;
  }
  return std::sqrt(sum / (6 * static_cast<float>(x.size() - 2)));
}

/// Takes out pacing spikes before and after the R wave: what stands out by 0.1 mV or more from the
/// median of the 20 ms around it. Counts them at their points.
void remove_spikes(std::span<float> mean, const BeatSpan& span, double rate_hz,
                   std::vector<std::uint8_t>& spikes) {
  const auto reach = static_cast<std::size_t>(kSpikeReach_s * rate_hz);
  if (reach < 2) return;
  const auto r_wave = static_cast<SampleIndex>(kRWave_s * rate_hz);
  const std::vector<float> x(mean.begin(), mean.end());
  std::vector<float> near(2 * reach + 1);
  for (std::size_t i = reach; i + reach < x.size(); ++i) {
    // A spike is far from the middle of what lies at both sides of it.
    if (std::fabs(x[i] - 0.5f * (x[i - reach] + x[i + reach])) < kSpike_mv) continue;
    if (std::abs(static_cast<SampleIndex>(i) - span.before) < r_wave) continue;
    std::copy_n(x.begin() + static_cast<std::ptrdiff_t>(i - reach), near.size(), near.begin());
    std::nth_element(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(reach), near.end());
    if (std::fabs(x[i] - near[reach]) < kSpike_mv) continue;
    mean[i] = near[reach];
    if (spikes[i] < 255) ++spikes[i];
  }
}

}  // namespace

void average_group(const LeadGrid& grid, const BeatSpan& span, BeatGroup& group) {
  std::vector<GroupMember> whole;
  for (const GroupMember& m : group.members) {
    if (m.centre >= span.before && m.centre + span.after < grid.points) whole.push_back(m);
  }
  const std::vector<GroupMember>& used = whole.empty() ? group.members : whole;
  const auto length = static_cast<std::size_t>(span.size());
  const auto middle = static_cast<std::size_t>(span.before);
  const auto half = static_cast<std::size_t>(kQrsHalf_s * grid.rate_hz);
  group.mean.assign(grid.lead_count * length, 0.0f);
  group.spikes.assign(length, 0);
  MemberRows rows;
  for (std::size_t lead = 0; lead < grid.lead_count; ++lead) {
    float* mean = group.mean.data() + lead * length;
    take_members(grid, lead, span, used, rows);
    const auto [before, count] = robust_mean(rows, 0, middle - half, mean);
    robust_mean(rows, middle - half, middle + half, mean);
    robust_mean(rows, middle + half, length, mean);
    remove_spikes({mean, length}, span, grid.rate_hz, group.spikes);
    group.counts.push_back(count);
    group.spread.push_back(count > 1 ? std::sqrt(before) : fine_noise({mean, middle / 2}));
  }
}

}  // namespace ecg
