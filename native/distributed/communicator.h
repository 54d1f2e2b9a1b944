#pragma once
// What the processes of a run tell each other. Nothing else in the trainer knows of processes.

#include <ATen/core/Tensor.h>

#include <memory>
#include <stdexcept>

#include "distributed/placement.h"

namespace ecg {

/// Another process is gone, or the way to it: no collective can succeed any more.
class RankLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A group of processes through LibTorch's c10d: Gloo on the CPU; on CUDA NCCL where LibTorch and
/// this program were built with it (never run yet), else Gloo by way of the CPU. Every process must
/// make the same calls in the same order. All throw RankLost.
class Communicator {
 public:
  /// A process on its own: rank 0 of 1, whose collectives return at once.
  Communicator() = default;

  /// Meets the other processes. Collectives give up after `timeout_s`. Throws RankLost when they do
  /// not come, std::runtime_error when this program was built without process groups.
  Communicator(const Placement& placement, bool cuda, double timeout_s);

  int rank() const { return rank_; }
  int size() const { return size_; }
  /// Whether this process writes files and speaks to people.
  bool is_writer() const { return rank_ == 0; }

  /// Sums `values` (contiguous) over all processes, in place; the same bits everywhere.
  void sum(at::Tensor& values) const;

  /// Rows of all processes, rank after rank: [rows, ...] -> [size * rows, ...].
  at::Tensor gather(const at::Tensor& rows) const;

  /// Whether `value` is the same in every process.
  bool all_equal(std::int64_t value) const;

 private:
  struct Group;
  int rank_ = 0, size_ = 1;
  std::shared_ptr<Group> group_;
};

}  // namespace ecg
