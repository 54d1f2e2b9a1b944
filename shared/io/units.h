#pragma once
// Units of voltage as files spell them.

#include <string_view>

namespace ecg {

/// Physical units per millivolt ("mV": 1, "uV": 1000, "V": 0.001), in any case; 0 if the unit is no
/// voltage.
double units_per_mv(std::string_view unit);

}  // namespace ecg
