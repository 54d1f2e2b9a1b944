#include "beat/beat_shapes.h"

#include <algorithm>
#include <cmath>

#include "beat/qrs_energy.h"
#include "dsp/lanes.h"

namespace ecg {
namespace {

constexpr double kGrid_hz = 125;
constexpr double kBefore_s = 0.120;
constexpr double kLength_s = 0.280;

float dot_of(const BeatShape& a, const BeatShape& b) {
  return dot(a.data(), b.data(), static_cast<SampleIndex>(a.size()));
}

/// Sum in a fixed order: four at a time.
float sum_of(const float* values, std::size_t count) {
  FloatLanes lanes = {0, 0, 0, 0}, next;
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    load_lanes(next, values + i);
    lanes += next;
  }
  float sum = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
  for (; i < count; ++i) sum += values[i];
  return sum;
}

}  // namespace

float likeness(const BeatShape& a, const BeatShape& b) {
  const float sizes = dot_of(a, a) + dot_of(b, b);
  return sizes > 0 ? 2 * dot_of(a, b) / sizes : 0.0f;
}

ShapeCutter::ShapeCutter(SignalView signal, std::span<const std::size_t> rows)
    : factor_(std::max<SampleIndex>(
          1, static_cast<SampleIndex>(signal.sampling_rate_hz / kGrid_hz + 0.5))) {
  const double grid_hz = signal.sampling_rate_hz / static_cast<double>(factor_);
  step_ms_ = 1000 / grid_hz;
  before_ = static_cast<SampleIndex>(kBefore_s * grid_hz + 0.5);
  points_ = static_cast<SampleIndex>(kLength_s * grid_hz + 0.5) + 1;
  for (const std::size_t row : rows)
    average_blocks(signal.lead(row), factor_, leads_.emplace_back());
}

void ShapeCutter::cut(SampleIndex sample, SampleIndex shift, BeatShape& shape) const {
  const SampleIndex begin = sample / factor_ - before_ + shift;
  const auto points = static_cast<std::size_t>(points_);
  shape.resize(leads_.size() * points);
  float* to = shape.data();
  for (const auto& lead : leads_) {
    if (begin < 0 || begin + points_ > static_cast<SampleIndex>(lead.size())) return shape.clear();
    const float* const from = lead.data() + begin;
    const float sum = sum_of(from, points);
    if (!std::isfinite(sum)) return shape.clear();
    const float mean = sum / static_cast<float>(points);
    for (std::size_t i = 0; i < points; ++i) to[i] = from[i] - mean;
    to += points;
  }
}

double ShapeCutter::spread_ms(const BeatShape& shape) const {
  const auto points = static_cast<std::size_t>(points_);
  double weight = 0, first = 0, second = 0;
  for (std::size_t i = 1; i < shape.size(); ++i) {
    const std::size_t at = i % points;
    if (at == 0) continue;  // from one lead to the next
    const auto slope = static_cast<double>(shape[i] - shape[i - 1]);
    const auto time = static_cast<double>(at);
    weight += slope * slope;
    first += slope * slope * time;
    second += slope * slope * time * time;
  }
  if (!(weight > 0)) return 0;
  const double middle = first / weight;
  return step_ms_ * std::sqrt(std::max(0.0, second / weight - middle * middle));
}

}  // namespace ecg
