#include "train/fixed_batches.h"

namespace ecg {
namespace {

bool same_kind(const torch::Tensor& a, const torch::Tensor& b) {
  if (!a.defined() || !b.defined()) return a.defined() == b.defined();
  return a.sizes() == b.sizes() && a.scalar_type() == b.scalar_type();
}

bool same_kind(const Batch& a, const Batch& b) {
  if (a.complete != b.complete || a.held_out != b.held_out || a.views.size() != b.views.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.views.size(); ++i) {
    const View &one = a.views[i], &other = b.views[i];
    if (one.complete != other.complete || one.extra.size() != other.extra.size()) return false;
    for (const auto& [name, tensor] : one.extra) {
      if (other.extra.count(name) == 0) return false;
    }
  }
  return true;
}

/// Pairs of tensors of batches of one kind.
template <typename Each>
bool all_pairs(std::span<Batch> fixed, std::span<Batch> given, const Each& each) {
  for (std::size_t i = 0; i < fixed.size(); ++i) {
    const auto into = tensors_of(fixed[i]), from = tensors_of(given[i]);
    for (std::size_t k = 0; k < into.size(); ++k) {
      if (!each(*into[k], *from[k])) return false;
    }
  }
  return true;
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
  std::vector<Batch> given(batches.begin(), batches.end());
  if (given.size() != batches_.size()) return false;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (!same_kind(batches_[i], given[i])) return false;
  }
  const bool same = all_pairs(batches_, given, [](const torch::Tensor& a, const torch::Tensor& b) {
    return same_kind(a, b);
  });
  return same && all_pairs(batches_, given, [](torch::Tensor& into, const torch::Tensor& from) {
           if (into.defined()) into.copy_(from, /*non_blocking=*/true);
           return true;
         });
}

}  // namespace ecg
