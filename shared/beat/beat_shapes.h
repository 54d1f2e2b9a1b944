#pragma once
// Shapes of heartbeats on a coarse grid in time, and how alike two of them are.

#include <cstddef>
#include <span>
#include <vector>

#include "core/signal.h"

namespace ecg {

/// One beat: its leads one after the other, each without its mean.
using ShapeVector = std::vector<float>;

/// How alike two shapes are: 2 a.b / (a.a + b.b). 1 = equal, 0 = unrelated, below 0 = inverted.
/// It falls with a difference in size, too: to 0.8 where one is twice the other.
float likeness(const ShapeVector& a, const ShapeVector& b);

/// The same where both energies (a.a, b.b) are known.
float likeness(const ShapeVector& a, float energy_a, const ShapeVector& b, float energy_b);

/// Sum of squares.
float energy_of(const ShapeVector& shape);

/// What becomes of a beat that the ends of the signal or missing samples cut.
enum class CutBeats {
  kRefuse,  ///< it has no shape
  kFill,    ///< the signal counts as constant beyond its ends, a lead with missing samples as 0
};

/// Cuts shapes out of a signal, from 120 ms before to 160 ms after a point, at about 125 Hz.
class ShapeCutter {
 public:
  /// Steps to either side within which the best fit is looked for.
  static constexpr SampleIndex kReach = 5;

  /// `leads`: equally long, at `rate_hz`; not kept.
  ShapeCutter(std::span<const std::span<const float>> leads, double rate_hz, CutBeats cut_beats);

  /// The shape around a sample, `shift` steps later. Empty if the beat is cut and refused.
  void cut(SampleIndex sample, SampleIndex shift, ShapeVector& shape) const;

  double step_ms() const { return step_ms_; }

  /// Samples of the signal per step.
  SampleIndex factor() const { return factor_; }

  /// Standard deviation in time (ms) of a shape's squared slopes, over all leads.
  double spread_ms(const ShapeVector& shape) const;

 private:
  bool cut_lead(const std::vector<float>& lead, SampleIndex begin, float* to) const;

  SampleIndex factor_;
  SampleIndex before_, points_;  ///< steps before the beat, and in all
  double step_ms_;
  CutBeats cut_beats_;
  std::vector<std::vector<float>> leads_;  ///< block averages
};

}  // namespace ecg
