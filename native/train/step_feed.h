#pragma once
// The data of one optimiser step: all its records, and this rank's share of them as micro-batches.

#include <memory>

#include "distributed/communicator.h"
#include "train/forward.h"

namespace ecg {

/// What a step learns from.
struct StepData {
  std::vector<Turn> turns;     ///< of all ranks, in order
  std::vector<Batch> batches;  ///< of this rank, on the device
};

/// Positions [begin, end) of rank `rank`'s share of `count` things among `size` ranks: consecutive,
/// and no share larger than another by more than one.
struct Share {
  std::int64_t begin = 0, end = 0;
};
Share share_of(std::int64_t count, int rank, int size);

/// Makes the data of steps. Which records a step sees depends on seed and step alone: config.batch
/// of them, whatever the number of ranks and micro-batches.
class StepFeed {
 public:
  /// All but `damaged` must outlive it.
  StepFeed(const System& system, const Corpus& corpus, const TrainConfig& config,
           torch::Device device, const Communicator& communicator, DamageHandler damaged);

  /// Takes records from the device's memory from now on; before the first make.
  void use_resident(std::shared_ptr<const ResidentCorpus> resident) {
    resident_ = std::move(resident);
  }

  /// Data of step `step` (from 0): gathered, then sent. For one thread at a time.
  StepData make(std::int64_t step);

  /// The two halves of it: records with their views where they are made, then all on the device.
  StepData gather(std::int64_t step);
  void send(StepData& data) const;

 private:
  const System& system_;
  const Corpus& corpus_;
  const TrainConfig& config_;
  torch::Device device_;
  const Communicator& communicator_;
  DamageHandler damaged_;
  SampleOrder order_;
  std::shared_ptr<const ResidentCorpus> resident_;
};

/// The training records of a corpus in the device's memory where config.placement asks for it, else
/// nothing. Throws Failure as ResidentCorpus does.
std::shared_ptr<const ResidentCorpus> resident_corpus(const Corpus& corpus,
                                                      const TrainConfig& config,
                                                      torch::Device device,
                                                      const DamageHandler& damaged);

}  // namespace ecg
