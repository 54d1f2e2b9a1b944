#pragma once
// The first steps of a training written down, so that another implementation can repeat them.

#include <filesystem>

#include "corpus/corpus.h"
#include "train/train_config.h"

namespace ecg::trainer {

/// Takes `steps` steps at the constant rate schedule.peak_lr on the records that a run would see,
/// and writes `path`, a safetensors file:
///   weight.NAME              parameters and buffers before the first step
///   signal.N, target.N       [batch, leads, samples] of step N's only view (objective/batch.h)
///   visible.N, counted.N     [batch, tokens]
///   loss                     [steps] float64: of every step, before its update
/// Throws Failure when a step is not one micro-batch of one view, or the file cannot be written.
void write_reference_steps(const TrainConfig& config, const Corpus& corpus, std::int64_t steps,
                           const std::filesystem::path& path);

}  // namespace ecg::trainer
