#pragma once
// Removal of baseline wander: breathing, sweat, electrode drift.

#include <span>
#include <vector>

#include "core/result.h"
#include "core/signal.h"

namespace ecg {

/// Zero-phase Butterworth high-pass of order 2 on every lead. The gain is -6 dB at `cutoff_hz` and
/// -0.5 dB at twice that. An ST segment of 0.2 mV at 72 beats per minute moves by less than 0.01 mV
/// at 0.5 Hz and 0.025 mV at 0.67 Hz, but by 0.2 mV at 2 Hz (baseline_test.cpp).
/// Gaps: as filter_zero_phase. Errors: those of design_butterworth.
Result<void> remove_baseline(Signal& signal, double cutoff_hz = 0.5);

/// Baseline of one lead: a natural cubic spline through the level at each of `knots`, which are
/// samples where the heart is silent (before the QRS, say). Leaves the ST segment as it is,
/// whatever the heart rate. The level at a knot is the mean of the finite samples within
/// `half_width` of it; a knot without any is skipped. Before the first and after the last knot the
/// baseline stays level; with one usable knot it is constant. Errors: kInvalidArgument (knots
/// outside the signal or not ascending, negative half_width), kInsufficientData (no usable knot).
Result<std::vector<float>> baseline_spline(std::span<const float> samples,
                                           std::span<const SampleIndex> knots,
                                           SampleIndex half_width);

}  // namespace ecg
