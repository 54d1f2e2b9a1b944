#pragma once
// A signal as a NumPy array.

#include <string>

#include "core/signal.h"

namespace ecg {

/// The bytes of a .npy file (format 1.0): float32, little-endian, C order, shape (leads, samples),
/// in mV, NaN where a sample is missing. The format has no place for the sampling rate and the lead
/// names: the caller has to hand them on otherwise.
std::string npy_from_signal(SignalView signal);

}  // namespace ecg
