#pragma once
// Vectorcardiogram: Frank's leads X, Y, Z reconstructed from the standard leads.

#include <cstdint>

#include "core/result.h"
#include "core/signal.h"

namespace ecg {

/// How X, Y, Z follow from I, II and V1-V6.
enum class VectorMethod : std::uint8_t {
  kKors,          ///< regression of Kors et al., Eur Heart J 1990;11:1083
  kInverseDower,  ///< Edenbrandt and Pahlm, J Electrocardiol 1988;21:361
};

/// Leads X (to the left), Y (to the feet), Z (to the back), in mV, as long as `signal`. A sample
/// missing (NaN) in one of the eight leads is missing in all three.
/// Errors: kNotFound (one of I, II, V1-V6 is absent).
Result<Signal> vectorcardiogram(SignalView signal, VectorMethod method = VectorMethod::kKors);

}  // namespace ecg
