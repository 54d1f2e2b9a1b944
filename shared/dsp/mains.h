#pragma once
// Mains interference (hum) removed by subtraction, not by a notch.
//
// A notch filter rings after every QRS. Here the hum itself - a sine near 50 or 60 Hz and its
// harmonics, whose height and phase may change slowly - is estimated from the quiet parts between
// the QRS complexes and subtracted; where nothing stands out from the noise, nothing is changed.

#include <optional>
#include <vector>

#include "core/result.h"
#include "core/signal.h"

namespace ecg {

struct MainsOptions {
  /// 50 or 60, say; nullopt: whichever of the two stands out.
  std::optional<double> nominal_hz = std::nullopt;
  int harmonics = 3;  ///< multiples of the mains frequency, 1 to 8
};

/// The hum that was found.
struct Mains {
  double frequency_hz = 0;
  /// Per lead: root mean square height of the fundamental sine; 0 where none stood out.
  std::vector<double> amplitude_mv;
};

/// Subtracts the hum from every lead that has one. Returns what was found, nullopt if there was
/// nothing in any lead; such leads keep their bits.
/// Finds frequencies within 1 Hz of the nominal one. Follows changes of height and phase over about
/// a second; the passband is everything except some 0.5 Hz around each harmonic. Missing samples
/// stay missing. An ST segment keeps its level within 5 uV (mains_test.cpp). Works on 1 s or more,
/// with the sampling rate above 2.2 times the frequency (else nothing is found). Memory: about
/// twice the signal. Not bit-identical between platforms.
/// Errors: kInvalidArgument (options out of range).
Result<std::optional<Mains>> remove_mains(Signal& signal, const MainsOptions& options = {});

}  // namespace ecg
