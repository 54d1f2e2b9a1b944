#include "dsp/baseline.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "dsp/butterworth.h"

namespace ecg {
namespace {

struct Knot {
  double at;  ///< sample
  double level_mv;
  double bend = 0;  ///< second derivative
};

std::optional<double> mean_around(std::span<const float> samples, SampleIndex at,
                                  SampleIndex half_width) {
  const auto last = static_cast<SampleIndex>(samples.size()) - 1;
  const SampleIndex begin = at - std::min(half_width, at);
  const SampleIndex end = at + std::min(half_width, last - at);
  double sum = 0;
  SampleIndex count = 0;
  for (SampleIndex i = begin; i <= end; ++i) {
    const float x = samples[static_cast<std::size_t>(i)];
    if (!std::isfinite(x)) continue;
    sum += x;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

/// Second derivatives of the natural spline: a tridiagonal system, solved from both sides.
void bend(std::vector<Knot>& knots) {
  if (knots.size() < 3) return;
  const std::size_t inner = knots.size() - 2;
  std::vector<double> upper(inner), right(inner);
  for (std::size_t i = 0; i < inner; ++i) {
    const Knot &a = knots[i], &b = knots[i + 1], &c = knots[i + 2];
    const double before = b.at - a.at;
    const double after = c.at - b.at;
    const double slope_change =
        (c.level_mv - b.level_mv) / after - (b.level_mv - a.level_mv) / before;
    const double held = i > 0 ? before * upper[i - 1] : 0;
    const double carried = i > 0 ? before * right[i - 1] : 0;
    const double pivot = 2 * (before + after) - held;
    upper[i] = after / pivot;
    right[i] = (6 * slope_change - carried) / pivot;
  }
  for (std::size_t i = inner; i-- > 0;) {
    knots[i + 1].bend = right[i] - upper[i] * knots[i + 2].bend;
  }
}

double between(const Knot& a, const Knot& b, double at) {
  const double width = b.at - a.at;
  const double u = (at - a.at) / width;
  const double v = 1 - u;
  return v * a.level_mv + u * b.level_mv +
         ((v * v * v - v) * a.bend + (u * u * u - u) * b.bend) * width * width / 6;
}

Error refused(ErrorCode code, std::string message, std::string hint) {
  return {code, std::move(message), std::move(hint), {}, {}};
}

Result<std::vector<Knot>> usable_knots(std::span<const float> samples,
                                       std::span<const SampleIndex> knots, SampleIndex half_width) {
  if (half_width < 0) {
    return refused(ErrorCode::kInvalidArgument,
                   "a half width of " + std::to_string(half_width) + " samples",
                   "choose 0 or more");
  }
  std::vector<Knot> usable;
  SampleIndex before = -1;
  for (const SampleIndex at : knots) {
    if (at <= before || at >= static_cast<SampleIndex>(samples.size())) {
      return refused(ErrorCode::kInvalidArgument,
                     "knot " + std::to_string(at) + " follows knot " + std::to_string(before) +
                         " in a signal of " + std::to_string(samples.size()) + " samples",
                     "give ascending samples inside the signal");
    }
    before = at;
    const auto level = mean_around(samples, at, half_width);
    if (level) usable.push_back({static_cast<double>(at), *level});
  }
  if (usable.empty()) {
    return refused(ErrorCode::kInsufficientData, "the baseline is known nowhere",
                   "give at least one knot at which samples are present");
  }
  return usable;
}

}  // namespace

Result<void> remove_baseline(Signal& signal, double cutoff_hz) {
  const auto sections =
      design_butterworth(FilterKind::kHighPass, 2, cutoff_hz, 0, signal.sampling_rate_hz());
  if (!sections) return sections.error();
  filter_zero_phase(*sections, signal);
  return {};
}

Result<std::vector<float>> baseline_spline(std::span<const float> samples,
                                           std::span<const SampleIndex> knots,
                                           SampleIndex half_width) {
  Result<std::vector<Knot>> found = usable_knots(samples, knots, half_width);
  if (!found) return found.error();
  std::vector<Knot>& usable = *found;
  bend(usable);
  std::vector<float> baseline(samples.size());
  std::size_t right = 0;  // first knot after the sample
  for (std::size_t i = 0; i < baseline.size(); ++i) {
    const auto at = static_cast<double>(i);
    while (right < usable.size() && usable[right].at <= at) ++right;
    const double level = right == 0               ? usable.front().level_mv
                         : right == usable.size() ? usable.back().level_mv
                                                  : between(usable[right - 1], usable[right], at);
    baseline[i] = static_cast<float>(level);
  }
  return baseline;
}

}  // namespace ecg
