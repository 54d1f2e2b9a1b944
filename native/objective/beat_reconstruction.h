#pragma once
// CLEAR's objective: normalised beats of hidden tokens (Pan et al., AAAI 2026), and optionally the
// level and spread of each beat, which turn it back into a waveform.

#include <ATen/core/Tensor.h>

namespace ecg {

/// Sums over the counted tokens, differentiable scalars.
struct BeatLossSums {
  at::Tensor shape;   ///< mean squared error of the P normalised samples
  at::Tensor level;   ///< squared error of the beat's mean, units of the signal
  at::Tensor spread;  ///< squared error of the logarithm of its standard deviation
};

/// prediction: [batch, tokens, P + 2] (ClearDecoder); beats: [batch, tokens, P], normalised here as
/// normalise_beats does with `epsilon`; counted: [batch, tokens] of 1 and 0. In float32 (float64
/// stays float64); what a token holds that is not counted does not matter, NaN included.
BeatLossSums beat_reconstruction_sums(const at::Tensor& prediction, const at::Tensor& beats,
                                      const at::Tensor& counted, double epsilon);

}  // namespace ecg
