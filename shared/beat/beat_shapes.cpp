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

float dot_of(const ShapeVector& a, const ShapeVector& b) {
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

float energy_of(const ShapeVector& shape) { return dot_of(shape, shape); }

float likeness(const ShapeVector& a, float energy_a, const ShapeVector& b, float energy_b) {
  const float sizes = energy_a + energy_b;
  return sizes > 0 ? 2 * dot_of(a, b) / sizes : 0.0f;
}

float likeness(const ShapeVector& a, const ShapeVector& b) {
  return likeness(a, energy_of(a), b, energy_of(b));
}

ShapeCutter::ShapeCutter(std::span<const std::span<const float>> leads, double rate_hz,
                         CutBeats cut_beats)
    : factor_(std::max<SampleIndex>(1, static_cast<SampleIndex>(rate_hz / kGrid_hz + 0.5))),
      cut_beats_(cut_beats) {
  const double grid_hz = rate_hz / static_cast<double>(factor_);
  step_ms_ = 1000 / grid_hz;
  before_ = static_cast<SampleIndex>(kBefore_s * grid_hz + 0.5);
  points_ = static_cast<SampleIndex>(kLength_s * grid_hz + 0.5) + 1;
  for (const auto lead : leads) average_blocks(lead, factor_, leads_.emplace_back());
}

/// False if the lead is cut there.
bool ShapeCutter::cut_lead(const std::vector<float>& lead, SampleIndex begin, float* to) const {
  const auto points = static_cast<std::size_t>(points_);
  const auto size = static_cast<SampleIndex>(lead.size());
  const float* from = to;
  if (begin >= 0 && begin + points_ <= size) {
    from = lead.data() + begin;
  } else {
    if (cut_beats_ == CutBeats::kRefuse || size == 0) return false;
    for (SampleIndex i = 0; i < points_; ++i) {
      to[i] = lead[static_cast<std::size_t>(std::clamp<SampleIndex>(begin + i, 0, size - 1))];
    }
  }
  const float sum = sum_of(from, points);
  if (!std::isfinite(sum)) return false;
  const float mean = sum / static_cast<float>(points);
  for (std::size_t i = 0; i < points; ++i) to[i] = from[i] - mean;
  return true;
}

void ShapeCutter::cut(SampleIndex sample, SampleIndex shift, ShapeVector& shape) const {
  const SampleIndex begin = sample / factor_ - before_ + shift;
  const auto points = static_cast<std::size_t>(points_);
  shape.resize(leads_.size() * points);
  float* to = shape.data();
  for (const auto& lead : leads_) {
    if (!cut_lead(lead, begin, to)) {
      if (cut_beats_ == CutBeats::kRefuse) return shape.clear();
      std::fill(to, to + points, 0.0f);
    }
    to += points;
  }
}

double ShapeCutter::spread_ms(const ShapeVector& shape) const {
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
