#pragma once
// What must hold before a run begins.

#include "corpus/corpus.h"
#include "distributed/communicator.h"
#include "objective/system.h"
#include "train/train_config.h"

namespace ecg {

/// Checks that a preset's input is the corpus': everything but the length of patches, which only
/// the model sees. kInconsistent names what differs.
Result<void> check_same_input(const ModelSpec& preset, const ModelSpec& corpus);

/// Refuses so many steps on so few records that epochs can no longer be numbered. Throws Failure.
void check_epochs(const TrainConfig& config, const Corpus& corpus);

/// Refuses a batch that ranks and micro-batches cannot share evenly where the system compares
/// records with each other: all must bring equally many. Throws Failure.
void check_shares(const TrainConfig& config, const Communicator& ranks, const System& system);

/// Refuses run.cuda_graph where steps cannot be recorded and replayed: off CUDA, on several ranks,
/// for a system whose steps are not alike. Throws Failure (kUnsupported).
void check_cuda_graph(const TrainConfig& config, torch::Device device, const Communicator& ranks,
                      const System& system);

}  // namespace ecg
