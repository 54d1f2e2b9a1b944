#pragma once
// How much arithmetic training is, and how much this machine can do: together the share of its peak
// that a run uses (model FLOP utilisation, MFU).

#include <torch/types.h>

#include "train/train_config.h"

namespace ecg {

/// Floating-point operations of one record's forward and backward pass: matrix products and attention
/// of the encoder over `visible` tokens and of the decoder over all, a multiplication and an addition
/// as two, backward as twice forward. Norms, activations and the optimiser are left out, as is usual.
double training_flops(const MaeConfig& model, std::int64_t visible);

/// Operations per second of the largest of several square matrix products on the device, in the
/// precision that the configuration trains in: the machine's measured peak. Takes about half a second.
double measured_peak_flops(const TrainConfig& config, torch::Device device);

}  // namespace ecg
