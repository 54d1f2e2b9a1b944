#include "beat/average_slopes.h"

#include <algorithm>
#include <cmath>

#include "core/exact_math.h"

namespace ecg {
namespace {

/// Taps 1..reach of the derivative of a Gaussian; tap -k = minus tap k. Unit gain for a ramp.
std::vector<float> slope_taps(double scale_s, double rate_hz) {
  const double sigma = std::max(0.6, scale_s * rate_hz);
  const int reach = std::max(1, static_cast<int>(3 * sigma));
  std::vector<float> taps;
  double gain = 0;
  for (int k = 1; k <= reach; ++k) {
    const double tap = k * exact_exp(-0.5 * k * k / (sigma * sigma));
    taps.push_back(static_cast<float>(tap));
    gain += 2 * k * tap;
  }
  for (float& tap : taps) tap = static_cast<float>(double{tap} / gain * rate_hz);
  return taps;
}

/// Slopes of the points [begin, end]; the signal counts as constant outside, so that what lies
/// there (the QRS beside a P wave) does not reach in.
void slopes_of(std::span<const float> x, const std::vector<float>& taps, std::ptrdiff_t begin,
               std::ptrdiff_t end, float* out) {
  const auto at = [&](std::ptrdiff_t i) {
    return x[static_cast<std::size_t>(std::clamp(i, begin, end))];
  };
  for (std::ptrdiff_t i = begin; i <= end; ++i) {
    float sum = 0;
    for (std::size_t k = 0; k < taps.size(); ++k) {
      const auto step = static_cast<std::ptrdiff_t>(k) + 1;
      sum += taps[k] * (at(i + step) - at(i - step));
    }
    out[i] = std::fabs(sum);
  }
}

}  // namespace

std::vector<float> lead_weights(const BeatGroup& group, const BeatSpan& span) {
  const auto length = static_cast<std::size_t>(span.size());
  std::vector<float> noise, size;
  for (std::size_t l = 0; l < group.counts.size(); ++l) {
    const auto count = static_cast<float>(std::max(1, group.counts[l]));
    noise.push_back(group.spread[l] / std::sqrt(count));
    float energy = 0;
    for (std::size_t i = 0; i < length; ++i) {
      const float v = group.mean[l * length + i];
      energy += v * v;
    }
    size.push_back(std::sqrt(energy));
  }
  const auto middle = [](std::vector<float> v) {
    std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
    return v[v.size() / 2];
  };
  const float usual_noise = middle(noise), usual_size = middle(size);
  std::vector<float> weights;
  for (std::size_t l = 0; l < noise.size(); ++l) {
    float w = group.counts[l] > 0 ? 1.0f : 0.0f;
    if (noise[l] > 3 * usual_noise) w *= 3 * usual_noise / noise[l];
    if (size[l] > 4 * usual_size) w *= 4 * usual_size / size[l];
    weights.push_back(w);
  }
  return weights;
}

Slopes take_slopes(const BeatGroup& group, const BeatSpan& span, double rate_hz, double scale_s,
                   const std::vector<float>& weights, SampleIndex begin, SampleIndex end) {
  Slopes s;
  s.length = static_cast<std::size_t>(span.size());
  s.before = span.before;
  s.rate_hz = rate_hz;
  s.leads.assign(weights.size() * s.length, 0.0f);
  s.all.assign(s.length, 0.0f);
  const std::vector<float> taps = slope_taps(scale_s, rate_hz);
  for (std::size_t l = 0; l < weights.size(); ++l) {
    float* out = s.leads.data() + l * s.length;
    slopes_of({group.mean.data() + l * s.length, s.length}, taps,
              static_cast<std::ptrdiff_t>(begin + span.before),
              static_cast<std::ptrdiff_t>(end + span.before), out);
    const float w = weights[l] * weights[l];
    for (std::size_t i = 0; i < s.length; ++i) s.all[i] += w * out[i] * out[i];
  }
  for (float& v : s.all) v = std::sqrt(v);
  return s;
}

}  // namespace ecg
