#pragma once
// Whether and how a run goes on from its checkpoint.

#include "train/checkpoint.h"
#include "train/learner.h"

namespace ecg {

/// Checks that a run begun with `begun` may go on with `now`: only limits of time, what belongs to
/// the machine (device, threads, micro-batches, prefetching) and what is kept or reported may
/// differ, and the corpus must be the same. kInconsistent naming the first setting that differs.
Result<void> check_resumable(const TrainedModel& begun, const TrainConfig& now,
                             const std::string& data_hash);

/// Puts weights, optimiser state and step number of a checkpoint into the learner. Throws Failure
/// when the checkpoint lacks any.
void restore(Learner& learner, const TrainedModel& trained);

/// A number that differs when weights differ: for comparing ranks.
std::int64_t fingerprint(const System& model);

}  // namespace ecg
