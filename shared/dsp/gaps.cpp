#include "dsp/gaps.h"

#include <cmath>
#include <cstddef>

#include "dsp/lanes.h"

namespace ecg {
namespace {

std::vector<SampleRange> runs_of(std::span<const float> samples, bool finite) {
  std::vector<SampleRange> runs;
  const auto count = static_cast<SampleIndex>(samples.size());
  SampleIndex begin = 0;
  bool inside = false;
  for (SampleIndex i = 0; i <= count; ++i) {
    const bool member = i < count && std::isfinite(samples[static_cast<std::size_t>(i)]) == finite;
    if (member && !inside) begin = i;
    if (!member && inside) runs.push_back({begin, i});
    inside = member;
  }
  return runs;
}

void bridge(std::span<float> samples, const SampleRange& gap) {
  const auto at = [&](SampleIndex i) -> float& { return samples[static_cast<std::size_t>(i)]; };
  const bool has_left = gap.begin > 0;
  const bool has_right = gap.end < static_cast<SampleIndex>(samples.size());
  const double left = has_left ? at(gap.begin - 1) : at(gap.end);
  const double right = has_right ? at(gap.end) : left;
  const auto steps = static_cast<double>(gap.size() + 1);
  for (SampleIndex i = gap.begin; i < gap.end; ++i) {
    const double part = static_cast<double>(i - gap.begin + 1) / steps;
    at(i) = static_cast<float>(left + (right - left) * part);
  }
}

}  // namespace

bool all_finite(std::span<const float> samples) {
  // x - x is 0 for every finite x, else NaN. Lanes first, as whole recordings pass through here.
  FloatLanes sum = {0, 0, 0, 0};
  FloatLanes x;
  std::size_t i = 0;
  for (; i + kLaneCount <= samples.size(); i += kLaneCount) {
    load_lanes(x, samples.data() + i);
    sum += x - x;
  }
  float total = sum[0] + sum[1] + sum[2] + sum[3];
  for (; i < samples.size(); ++i) total += samples[i] - samples[i];
  return total == 0;
}

std::vector<SampleRange> finite_runs(std::span<const float> samples) {
  return runs_of(samples, true);
}

std::vector<SampleRange> gaps(std::span<const float> samples) {
  if (all_finite(samples)) return {};
  return runs_of(samples, false);
}

SampleIndex interpolate_gaps(std::span<float> samples, SampleIndex limit) {
  SampleIndex missing = 0;
  for (const SampleRange& gap : gaps(samples)) {
    const bool everything = gap.size() == static_cast<SampleIndex>(samples.size());
    if (everything || gap.size() > limit) {
      missing += gap.size();
    } else {
      bridge(samples, gap);
    }
  }
  return missing;
}

}  // namespace ecg
