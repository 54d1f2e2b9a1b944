#include "train/fixed_batches.h"

#include <algorithm>

namespace ecg {
namespace {

bool same_kind(const torch::Tensor& a, const torch::Tensor& b) {
  if (!a.defined() || !b.defined()) return a.defined() == b.defined();
  return a.sizes() == b.sizes() && a.scalar_type() == b.scalar_type();
}

bool same_kind(const View& a, const View& b) {
  const auto same_name = [](const auto& one, const auto& other) {
    return one.first == other.first;
  };
  return a.complete == b.complete &&
         std::equal(a.extra.begin(), a.extra.end(), b.extra.begin(), b.extra.end(), same_name);
}

bool same_kind(const Batch& a, const Batch& b) {
  const bool same_views =
      std::equal(a.views.begin(), a.views.end(), b.views.begin(), b.views.end(),
                 [](const View& one, const View& other) { return same_kind(one, other); });
  if (a.complete != b.complete || a.held_out != b.held_out || !same_views) return false;
  const auto ours = tensors_of(a), theirs = tensors_of(b);
  return std::equal(ours.begin(), ours.end(), theirs.begin(),
                    [](const auto* one, const auto* other) { return same_kind(*one, *other); });
}

}  // namespace

FixedBatches::FixedBatches(std::span<const Batch> first) : batches_(first.begin(), first.end()) {
  for (Batch& batch : batches_) {
    for (torch::Tensor* tensor : tensors_of(batch)) {
      if (tensor->defined()) *tensor = tensor->clone();
    }
  }
}

bool FixedBatches::take(std::span<const Batch> batches) {
  const bool same =
      std::equal(batches_.begin(), batches_.end(), batches.begin(), batches.end(),
                 [](const Batch& ours, const Batch& theirs) { return same_kind(ours, theirs); });
  if (!same) return false;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const auto into = tensors_of(batches_[i]);
    const auto from = tensors_of(batches[i]);
    for (std::size_t k = 0; k < into.size(); ++k) {
      if (into[k]->defined()) into[k]->copy_(*from[k], /*non_blocking=*/true);
    }
  }
  return true;
}

}  // namespace ecg
