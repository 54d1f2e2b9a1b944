#pragma once
// The rectangular pulse that some devices append to every lead.

#include <optional>

#include "core/signal.h"

namespace ecg {

/// The sample from which all leads, two or more, are one and the same to the end: 0, a height, 0
/// again, for 0.1 s or longer. nullopt if they do not end so, or hold nothing else.
std::optional<SampleIndex> calibration_pulse_begin(SignalView signal);

}  // namespace ecg
