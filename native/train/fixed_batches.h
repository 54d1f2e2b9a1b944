#pragma once
// Micro-batches that stay where they are in memory while what they hold changes.

#include <span>
#include <vector>

#include "objective/batch.h"

namespace ecg {

/// Copies of a step's micro-batches, into which those of later steps are copied. Only their
/// tensors: keys, reports and R peaks are those of the first, since no step looks at them once
/// views are made.
class FixedBatches {
 public:
  explicit FixedBatches(std::span<const Batch> first);

  /// Copies, where number, shapes, types and what is known of the batches (complete, held out) are
  /// those of the first; else changes nothing and returns false.
  bool take(std::span<const Batch> batches);

  std::span<const Batch> batches() const { return batches_; }

 private:
  std::vector<Batch> batches_;
};

}  // namespace ecg
