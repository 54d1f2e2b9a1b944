// What is taken out of a signal, and another clock.

#include <algorithm>
#include <cmath>

#include "core/exact_math.h"
#include "pretext/augmentation_parts.h"

namespace ecg {
namespace {

/// Catmull-Rom interpolation: weights of the samples at - 1 .. at + 2.
struct Tap {
  SampleIndex at = 0;
  std::array<float, 4> weights{};
};

Tap tap_at(double position, SampleIndex sample_count) {
  const double last = static_cast<double>(sample_count - 1);
  const double inside = std::clamp(position, 0.0, last);
  const double whole = std::floor(inside);
  const double t = inside - whole;
  const double tt = t * t, ttt = tt * t;
  return {static_cast<SampleIndex>(whole),
          {static_cast<float>(0.5 * (2 * tt - t - ttt)),
           static_cast<float>(0.5 * (2 - 5 * tt + 3 * ttt)),
           static_cast<float>(0.5 * (t + 4 * tt - 3 * ttt)), static_cast<float>(0.5 * (ttt - tt))}};
}

std::vector<Tap> taps_of(const WarpDraw& draw, SampleIndex from, SampleIndex to) {
  std::vector<Tap> taps(static_cast<std::size_t>(to));
  const double step = from > 1 ? draw.speed / (2.0 * static_cast<double>(from - 1)) : 0.0;
  for (std::size_t n = 0; n < taps.size(); ++n) {
    double position = static_cast<double>(n) * draw.speed;
    for (std::size_t k = 0; k < draw.bend_samples.size(); ++k) {
      if (draw.bend_samples[k] == 0) continue;
      const double turns = step * static_cast<double>(n) * static_cast<double>(k + 1);
      position += draw.bend_samples[k] * exact_sin_turns(turns);
    }
    taps[n] = tap_at(position, from);
  }
  return taps;
}

float read(std::span<const float> row, const Tap& tap) {
  const auto last = static_cast<SampleIndex>(row.size()) - 1;
  float sum = 0;
  for (SampleIndex i = 0; i < 4; ++i) {
    const float weight = tap.weights[static_cast<std::size_t>(i)];
    if (weight == 0) continue;  // a missing neighbour that has no part in the result
    sum += weight * row[static_cast<std::size_t>(std::clamp(tap.at + i - 1, SampleIndex{0}, last))];
  }
  return sum;
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
