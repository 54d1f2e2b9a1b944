#pragma once
// One line of a table of results: an encoder, a head, what it was fitted on, and its figures.

#include <string>

#include "downstream/task_score.h"

namespace ecg {

/// A result of probing, fine-tuning or evaluating.
struct ProbeRow {
  std::string encoder, head;  ///< head: "linear", "neighbours", "tuned linear", "tuned attention"
  std::string leads;          ///< "all", or names joined by '+'
  double fraction = 1;        ///< of the training labels
  std::uint64_t seed = 1;
  std::int64_t train_records = 0;
  double chosen = 0;        ///< l2 strength, k, or epoch
  double choose_auroc = 0;  ///< macro AUROC on the folds it was chosen on
  TaskScore score;
};

}  // namespace ecg
