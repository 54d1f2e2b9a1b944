#pragma once
// Augmentations of whole batches as tensor operations, where the batch lies. What is random about a
// view is drawn on the CPU as everywhere (pretext/augmentation_catalogue.h), a few numbers a
// record; what touches every sample, noise included, is done here.

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

#include "core/lead.h"
#include "pretext/augmentation.h"

namespace ecg {

/// What a batch's signals are of.
struct SignalShape {
  std::span<const Lead> leads;
  double sampling_rate_hz = 0;
};

/// Whether views of this kind can be made by tensor operations: all but another clock (WarpDraw), a
/// turned heart vector (VectorDraw) and a band-pass (BandDraw), and views of another length.
bool has_tensor_twin(const AugmentationDraw& draw);

/// apply_augmentation of one draw per record, all of one kind that has a tensor twin: signal
/// [records, leads, samples] float32 on any device, the view of the same shape. Within 1e-5 mV of
/// the plain ones. Nothing is waited for. Muscle noise takes many times the signal's memory while
/// it is made: its random words are int64.
at::Tensor apply_augmentations(const at::Tensor& signal, const SignalShape& shape,
                               std::span<const AugmentationDraw> draws);

}  // namespace ecg
