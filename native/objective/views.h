#pragma once
// How a view of records is made from masks and augmentations that a configuration names. Everything
// is keyed by seed, epoch, record and view: the same for every batch size, thread and rank.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/signal.h"
#include "objective/batch.h"
#include "objective/objective_config.h"
#include "objective/token_batch.h"

namespace ecg {

/// Labels of the model's leads.
std::vector<LeadLabel> labels_of(const ObjectiveConfig& config);

/// Record `number` of [batch, leads, samples], contiguous float32 on the CPU.
SignalView record_of(const torch::Tensor& signal, std::size_t number, double rate_hz,
                     std::span<const LeadLabel> labels);

/// Grid of a patch model's tokens.
TokenGrid grid_of(const MaeConfig& config);

/// Whether the configuration's masks follow heartbeats.
bool masks_need_beats(const ObjectiveConfig& config);

/// `signal` [batch, leads, samples] with the configuration's augmentations applied, one after the
/// other, for view number `view` of the batch's records; `signal` itself if there are none.
/// Batch::by_tensors says how; an augmentation without a tensor twin is computed on the CPU either
/// way. Throws Failure where one cannot be drawn.
torch::Tensor augmented(const torch::Tensor& signal, const Batch& batch, std::uint16_t view,
                        const ObjectiveConfig& config);

/// By how many samples view number `view` lies later than each record: alignment_shift where the
/// configuration aligns and the records are not held out, else 0.
std::vector<SampleIndex> view_shifts(const Batch& batch, std::uint16_t view,
                                     const ObjectiveConfig& config);

/// `signal` [batch, leads, samples], each record moved later by its shift; 0 where it has no
/// samples.
torch::Tensor shifted(const torch::Tensor& signal, std::span<const SampleIndex> shifts);

/// Masks of the records of `signal`, which is shifted. A record whose beats are not known has them
/// looked for; one without any is masked by beats as if it had one every 0.8 s. Columns that a
/// shifted record does not cover are hidden, and others shown instead (move_into). Throws Failure.
TokenBatch draw_masks(const torch::Tensor& signal, const Batch& batch, std::uint16_t view,
                      std::span<const SampleIndex> shifts, const ObjectiveConfig& config);

/// View number `view` of a batch for a model of patches: target = the record
/// (shifted), signal = its augmentation (the target itself if held out), masks by the
/// configuration; what a shifted record does not cover is neither visible nor counted. Signals are
/// on the device of Batch::signal, the rest on the CPU. Throws Failure.
View masked_view(const Batch& batch, std::uint16_t view, const ObjectiveConfig& config);

}  // namespace ecg
