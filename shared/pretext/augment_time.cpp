// What is taken out of a signal, and another clock.

#include <algorithm>

#include "core/exact_math.h"
#include "pretext/augmentation_parts.h"

namespace ecg {
namespace {

/// Catmull-Rom interpolation: weights of the samples at - 1 .. at + 2.
struct Tap {
  std::size_t at = 0;
  bool inner = false;  ///< all four samples exist and count
  std::array<float, 4> weights{};
};

Tap tap_at(double position, SampleIndex sample_count) {
  const double last = static_cast<double>(sample_count - 1);
  const double inside = std::clamp(position, 0.0, last);
  const auto at = static_cast<SampleIndex>(inside);
  const double t = inside - static_cast<double>(at);
  const double tt = t * t, ttt = tt * t;
  return {static_cast<std::size_t>(at),
          t != 0 && at >= 1 && at + 2 < sample_count,
          {static_cast<float>(0.5 * (2 * tt - t - ttt)),
           static_cast<float>(0.5 * (2 - 5 * tt + 3 * ttt)),
           static_cast<float>(0.5 * (t + 4 * tt - 3 * ttt)), static_cast<float>(0.5 * (ttt - tt))}};
}

/// Where the view's samples lie in the signal. The first bend's sine turns with the samples, the
/// others follow from it: sin 2a = 2 sin a cos a, sin 3a = sin a (3 - 4 sin^2 a).
std::vector<Tap> taps_of(const WarpDraw& draw, SampleIndex from, SampleIndex to) {
  std::vector<Tap> taps(static_cast<std::size_t>(to));
  const double step = from > 1 ? draw.speed / (2.0 * static_cast<double>(from - 1)) : 0.0;
  const double turn_sin = exact_sin_turns(step), turn_cos = exact_cos_turns(step);
  double s = 0, c = 1;
  for (std::size_t n = 0; n < taps.size(); ++n) {
    const double bend = draw.bend_samples[0] * s + draw.bend_samples[1] * (2 * s * c) +
                        draw.bend_samples[2] * (s * (3 - 4 * (s * s)));
    taps[n] = tap_at(static_cast<double>(n) * draw.speed + bend, from);
    const double next = s * turn_cos + c * turn_sin;
    c = c * turn_cos - s * turn_sin;
    s = next;
  }
  return taps;
}

/// A sample at an edge, or one that falls on a sample: neighbours without weight may be missing.
float read_outer(std::span<const float> row, const Tap& tap) {
  const auto last = static_cast<SampleIndex>(row.size()) - 1;
  float sum = 0;
  for (SampleIndex i = 0; i < 4; ++i) {
    const float weight = tap.weights[static_cast<std::size_t>(i)];
    if (weight == 0) continue;
    const auto at = static_cast<SampleIndex>(tap.at) + i - 1;
    sum += weight * row[static_cast<std::size_t>(std::clamp(at, SampleIndex{0}, last))];
  }
  return sum;
}

float read(std::span<const float> row, const Tap& tap) {
  if (!tap.inner) return read_outer(row, tap);
  const float* at = row.data() + (tap.at - 1);
  return ((tap.weights[0] * at[0] + tap.weights[1] * at[1]) + tap.weights[2] * at[2]) +
         tap.weights[3] * at[3];
}

}  // namespace

Result<void> apply_draw(SignalView signal, const LeadDropDraw& draw, std::span<float> out) {
  copy_rows(signal, out);
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    if (!draw.dropped[row]) continue;
    for (float& value : row_of(out, row, signal.sample_count)) value = 0;
  }
  return {};
}

Result<void> apply_draw(SignalView signal, const TimeOutDraw& draw, std::span<float> out) {
  copy_rows(signal, out);
  const auto begin = static_cast<std::size_t>(draw.begin);
  const auto count = static_cast<std::size_t>(draw.end - draw.begin);
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    for (float& value : row_of(out, row, signal.sample_count).subspan(begin, count)) value = 0;
  }
  return {};
}

Result<void> apply_draw(SignalView signal, const CropDraw& draw, std::span<float> out) {
  copy_rows(signal.samples(draw.begin, draw.begin + draw.length), out);
  return {};
}

Result<void> apply_draw(SignalView signal, const WarpDraw& draw, std::span<float> out) {
  const SampleIndex samples = augmented_samples(signal, draw);
  const std::vector<Tap> taps = taps_of(draw, signal.sample_count, samples);
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    const auto from = signal.lead(row);
    const auto to = row_of(out, row, samples);
    for (std::size_t n = 0; n < to.size(); ++n) to[n] = read(from, taps[n]);
  }
  return {};
}

}  // namespace ecg
