#pragma once
// How well hidden tokens of held-out records are reconstructed.

#include "corpus/corpus.h"
#include "distributed/communicator.h"
#include "nn/masked_autoencoder.h"
#include "train/batch_reader.h"
#include "train/train_config.h"

namespace ecg {

/// Means over all hidden tokens of the records seen.
struct Evaluation {
  double patch_loss = 0;  ///< mean squared error of the normalised patch
  double baseline = 0;    ///< the same for the predictor that answers the mean (close to 1)
  double column_patch_loss = 0;  ///< of tokens whose whole column is hidden: no lead shows that time
  double lead_patch_loss = 0;    ///< of tokens whose lead is hidden and whose column is seen elsewhere
  double level_loss = 0;  ///< mean squared error of the patch mean, input units
  double spread_loss = 0; ///< mean squared error of the log standard deviation
  std::int64_t records = 0;
};

/// Evaluates the first `most_records` of a split under masks that depend on the run's seed alone, the
/// same at every call; the ranks of `communicator` share the work. Damaged records are read_batch's
/// matter; records = 0 if the split is empty.
Evaluation evaluate(MaskedAutoencoder& model, const Corpus& corpus, Split split,
                    const TrainConfig& config, torch::Device device, std::int64_t most_records,
                    const DamageHandler& damaged = {}, const Communicator& communicator = {});

}  // namespace ecg
