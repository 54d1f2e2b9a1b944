#pragma once
// A signal as comma-separated values.

#include <string>

#include "core/signal.h"

namespace ecg {

/// Header line "time_s,I,II,..." and one line per sample: time in seconds, values in mV with nine
/// significant digits (a float32 survives the round trip), an empty field where a sample is
/// missing. Lead names holding a comma, quote or line break are quoted (RFC 4180). Lines end with
/// '\n'.
std::string csv_from_signal(SignalView signal);

}  // namespace ecg
