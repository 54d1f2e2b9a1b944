#pragma once
// A recording made of exact_math only, so that it has the same bits everywhere.

#include <vector>

#include "core/signal.h"

namespace ecg::test {

/// Beats at 72 per minute, baseline wander and mains on every lead; limb leads obey Einthoven's law
/// to float rounding.
Signal synthetic_recording(const std::vector<Lead>& leads, SampleIndex samples,
                           double sampling_rate_hz);

/// The twelve standard leads.
Signal synthetic_recording(SampleIndex samples, double sampling_rate_hz);

}  // namespace ecg::test
