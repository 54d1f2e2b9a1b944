#pragma once
// How a system does on held-out records.

#include <optional>

#include "corpus/corpus.h"
#include "distributed/communicator.h"
#include "objective/system.h"
#include "train/batch_reader.h"
#include "train/train_config.h"

namespace ecg {

/// How well hidden tokens are reconstructed: means over all of them.
struct PatchEvaluation {
  double loss = 0;         ///< mean squared error of the normalised patch
  double baseline = 0;     ///< the same for the predictor that answers the mean (close to 1)
  double column_loss = 0;  ///< of tokens whose whole column is hidden: no lead shows that time
  double lead_loss = 0;    ///< of tokens whose lead is hidden and whose column is seen elsewhere
  double level_loss = 0;   ///< mean squared error of the patch mean, input units
  double spread_loss = 0;  ///< mean squared error of the log standard deviation
};

/// The objective on held-out records.
struct Evaluation {
  double loss = 0;                         ///< what is minimised: weighted sum of the parts
  std::vector<double> parts;               ///< as System::terms names them
  std::optional<PatchEvaluation> patches;  ///< where the system reconstructs patches
  std::int64_t records = 0;
};

/// Evaluates the first `most_records` of a split under views that depend on the run's seed alone,
/// the same at every call; the ranks of `communicator` share the work. Records that a part compares
/// with each other are compared within groups of 64. Damaged records are read_batch's matter;
/// records = 0 if the split is empty.
Evaluation evaluate(System& model, const Corpus& corpus, Split split, const TrainConfig& config,
                    torch::Device device, std::int64_t most_records,
                    const DamageHandler& damaged = {}, const Communicator& communicator = {});

}  // namespace ecg
