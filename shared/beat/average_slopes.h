#pragma once
// Slopes of an averaged beat at one time scale.

#include <span>
#include <vector>

#include "beat/similar_beats.h"

namespace ecg {

/// Slopes of every lead of an average at one scale, and of all leads together.
struct Slopes {
  std::size_t length = 0;
  SampleIndex before = 0;
  double rate_hz = 0;
  std::vector<float> leads;  ///< lead-major, mV/s, absolute
  std::vector<float> all;    ///< root of the weighted sum of squares

  std::span<const float> lead(std::size_t l) const { return {leads.data() + l * length, length}; }
};

/// How much a lead counts beside the others: less if it is noisier than most or far larger.
std::vector<float> lead_weights(const BeatGroup& group, const BeatSpan& span);

/// Slopes through the derivative of a Gaussian with standard deviation `scale_s`, of the points
/// [begin, end] relative to the beat's centre; 0 elsewhere. The average counts as constant outside
/// them, so that what lies there (the QRS beside a P wave) does not reach in.
Slopes take_slopes(const BeatGroup& group, const BeatSpan& span, double rate_hz, double scale_s,
                   const std::vector<float>& weights, SampleIndex begin, SampleIndex end);

}  // namespace ecg
