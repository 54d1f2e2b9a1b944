#pragma once
// What a system learns from in one step: records, and the views of them that its encoder may see.

#include <torch/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/philox.h"

namespace ecg {

/// One view of the records of a batch. Masks: 1 = hidden, 1 = present, 1 = visible.
struct View {
  torch::Tensor signal;   ///< [batch, leads, samples] as the encoder may see it; absent leads are 0
  torch::Tensor target;   ///< the same without augmentation: what is to be reconstructed
  torch::Tensor present;  ///< [batch, leads]: leads of the view that the record has
  torch::Tensor visible;  ///< [batch, tokens]: not hidden, and of a present lead
  torch::Tensor counted;  ///< [batch, tokens]: hidden and present, what reconstruction is about
  torch::Tensor visible_index;  ///< [batch, visible] int64, ascending; undefined where records show
                                ///< different numbers of tokens
  bool complete = false;        ///< known on the host: `present` is 1 everywhere

  /// What only one system needs, by its own names.
  std::map<std::string, torch::Tensor> extra;
};

/// Records of one micro-batch. Filled on the CPU, in a thread of its own, then moved to the device;
/// signals may be there from the start.
struct Batch {
  std::vector<RandomKey> keys;  ///< per record: seed, epoch and record; view and purpose are free
  std::vector<View> views;      ///< filled by System::prepare
  torch::Tensor signal;         ///< [batch, leads, samples] as the corpus holds it
  torch::Tensor lead_mask;      ///< [batch, leads], 1 = present
  bool complete = true;         ///< every lead of every record is present
  bool held_out = false;        ///< validation or test: no augmentation, no dropped path
  torch::Tensor patient;        ///< [batch] int64; equal numbers are the same person
  std::vector<std::vector<std::int32_t>> r_peaks;  ///< per record, samples, ascending
  std::vector<std::string> reports;                ///< per record, UTF-8; empty = none
  torch::Tensor path_scale;  ///< [depth, 2, batch] of stochastic depth; undefined = whole depth
  bool by_tensors = false;   ///< views are made by tensor operations, as suits a device: the plain
                             ///< ones within 1e-5

  std::int64_t size() const { return signal.size(0); }
};

/// The tensor on `device`, in the order of what is queued there, without waiting: to CUDA by way of
/// pinned memory.
torch::Tensor sent_to(const torch::Tensor& tensor, torch::Device device);

/// All tensors of a batch, undefined ones included, in an order that depends on its views' names.
std::vector<torch::Tensor*> tensors_of(Batch& batch);
std::vector<const torch::Tensor*> tensors_of(const Batch& batch);

/// The batch with all its tensors on `device`. To a CUDA device they go by way of pinned memory,
/// beside what it computes meanwhile.
Batch to_device(Batch batch, torch::Device device);

}  // namespace ecg
