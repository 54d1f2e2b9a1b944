#pragma once
// Reduction of muscle noise: a low-pass, which costs the fastest parts of the QRS complex.

#include "core/result.h"
#include "core/signal.h"

namespace ecg {

/// Zero-phase Butterworth low-pass of order 2 on every lead. The passband ends (-6 dB) at
/// `cutoff_hz`; the usual choices are 40, 35 and 20 Hz. An ST segment of 0.2 mV moves by less than
/// 0.001 mV at 40 and 35 Hz and by less than 0.01 mV at 20 Hz, and no wave moves in time. But the
/// QRS complex loses height: an R wave of 1.2 mV that is 24 ms wide at half its height loses 5 % at
/// 40 Hz, 7 % at 35 Hz and 25 % at 20 Hz, an S wave of 0.25 mV beside it 9, 14 and 62 %
/// (muscle_test.cpp). Look at what this returns; measure in what went in.
/// Gaps: as filter_zero_phase. Errors: those of design_butterworth.
Result<void> reduce_muscle_noise(Signal& signal, double cutoff_hz = 35);

}  // namespace ecg
