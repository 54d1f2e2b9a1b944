#pragma once
// What a run would meet and cost, found out without training.

#include <functional>

#include "train/pretrain.h"

namespace ecg {

/// What a dry run found.
struct DryRun {
  std::uint64_t records = 0, damaged = 0;  ///< read, and how many of them cannot be used
  std::vector<std::string> damage;         ///< the first few, in words
  std::int64_t parameters = 0;
  double step_s = 0;            ///< median of a few steps, data included
  double run_s = 0;             ///< of all steps at that pace, without validation
  double memory_mb = 0;         ///< most resident memory of this process so far
  double device_memory_mb = 0;  ///< of parameters, gradients, optimiser state and
                                ///< records that stay there
  double loss = 0;              ///< of the first batch
};

/// Opens the corpus, refuses leaks between splits, reads every record and checks its checksum,
/// builds the model and computes a few steps without applying them. Nothing is written. Throws
/// Failure as `pretrain` would; damaged records are counted up to config.most_damaged, as there.
/// `progress(done, total)` is told of records read.
DryRun dry_run(const PretrainJob& job,
               const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace ecg
