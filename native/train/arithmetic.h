#pragma once
// How much arithmetic training is, and how much this machine can do: together the share of its peak
// that a run uses (model FLOP utilisation, MFU).

#include <torch/types.h>

#include "train/train_config.h"

namespace ecg {

/// Waits until everything that is queued on the device is done; on the CPU it is.
void wait_for(torch::Device device);

/// Operations per second of the largest of several square matrix products on the device, in the
/// precision that the configuration trains in: the machine's measured peak. Takes about half a
/// second.
double measured_peak_flops(const TrainConfig& config, torch::Device device);

}  // namespace ecg
