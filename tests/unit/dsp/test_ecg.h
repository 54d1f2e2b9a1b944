#pragma once
// A small ECG with known parts for tests of filters.

#include "core/signal.h"

namespace ecg::test {

struct EcgShape {
  double beats_per_minute = 72;
  double st_level_mv = 0.2;  ///< between QRS and T
  double noise_mv = 0.005;   ///< standard deviation, white
};

/// P, QRS of 1.2 mV with a peak 0.3 s after the start of each beat, ST level, T. Lead k is scaled
/// by 1 - 0.2 k.
Signal ecg_signal(double duration_s, double sampling_rate_hz, std::size_t leads,
                  const EcgShape& shape = {});

/// Sample of the ST segment (80 ms after the R peak) of beat `beat`.
std::size_t st_sample(int beat, double sampling_rate_hz, const EcgShape& shape = {});

/// Sample before the P wave of beat `beat`, where the lead is at 0 mV.
std::size_t quiet_sample(int beat, double sampling_rate_hz, const EcgShape& shape = {});

/// Adds height_mv * sin(2 pi frequency_hz t + phase) to every lead.
void add_sine(Signal& signal, double height_mv, double frequency_hz, double phase = 0);

/// Largest error of the ST level of the beats 2 to 8 in the first lead, measured against the level
/// before the P wave, mV.
double st_error_mv(const Signal& signal, const EcgShape& shape);

}  // namespace ecg::test
