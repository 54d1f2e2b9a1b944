#pragma once
// What self-supervision does to a batch before the model sees it: the masks and augmentations that
// a configuration names. Everything is keyed by record and epoch: the same for every batch size.

#include <torch/types.h>

#include <span>

#include "objective/token_batch.h"
#include "train/batch_reader.h"
#include "train/train_config.h"
#include "train/view_config.h"

namespace ecg {

/// Perturbs records [batch, leads, samples] in place, one augmentation after the other. Throws
/// Failure where one cannot be drawn.
void augment_batch(torch::Tensor& signal, std::span<const Turn> turns, const TrainConfig& config);

/// The masks of the records, which may belong to two epochs, at the seam between them. A record
/// without a beat is masked by beats as if it had one every 0.8 s. Throws Failure.
TokenBatch draw_masks(const torch::Tensor& signal, std::span<const Turn> turns,
                      const TrainConfig& config);

}  // namespace ecg
