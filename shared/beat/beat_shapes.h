#pragma once
// Shapes of heartbeats on a coarse grid in time, and how alike two of them are.

#include <cstddef>
#include <span>
#include <vector>

#include "core/signal.h"

namespace ecg {

/// One beat: its leads one after the other, each without its mean.
using BeatShape = std::vector<float>;

/// How alike two shapes are: 2 a.b / (a.a + b.b). 1 = equal, 0 = unrelated, below 0 = inverted.
float likeness(const BeatShape& a, const BeatShape& b);

/// Cuts shapes out of a signal, from 120 ms before to 160 ms after a point, at about 125 Hz.
class ShapeCutter {
 public:
  /// Steps to either side within which the best fit is looked for.
  static constexpr SampleIndex kReach = 5;

  ShapeCutter(SignalView signal, std::span<const std::size_t> rows);

  /// The shape around a sample, `shift` steps later. Empty if it reaches beyond the signal or a
  /// sample is missing there.
  void cut(SampleIndex sample, SampleIndex shift, BeatShape& shape) const;

  double step_ms() const { return step_ms_; }

  /// Standard deviation in time (ms) of a shape's squared slopes, over all leads.
  double spread_ms(const BeatShape& shape) const;

 private:
  SampleIndex factor_;
  SampleIndex before_, points_;  ///< steps before the beat, and in all
  double step_ms_;
  std::vector<std::vector<float>> leads_;  ///< block averages
};

}  // namespace ecg
