#pragma once
// Probing: what a frozen encoder knows, measured on records of people it was not fitted to.

#include <functional>
#include <string>
#include <vector>

#include "downstream/labels.h"
#include "downstream/task_score.h"
#include "objective/system.h"

namespace ecg {

/// An encoder under its name in the tables.
struct NamedEncoder {
  std::string name;
  SystemPtr model;
};

/// What to probe. Heads are fitted on `train_folds`; strength, neighbours and thresholds are chosen
/// on `choose_folds`; figures are of `report_folds`.
struct ProbeOptions {
  std::vector<int> train_folds{1, 2, 3, 4, 5, 6, 7};
  std::vector<int> choose_folds{8};
  std::vector<int> report_folds{9};
  std::vector<double> fractions{1.0};            ///< of the training labels, in (0, 1]
  std::vector<std::vector<Lead>> lead_sets{{}};  ///< an empty set means all leads
  std::vector<std::uint64_t> seeds{1};           ///< which patients a fraction below 1 takes
  std::size_t draws = 1000;                      ///< bootstrap resamples
};

/// One line of the table.
struct ProbeRow {
  std::string encoder, head;  ///< head: "linear" or "neighbours"
  std::string leads;          ///< "all", or names joined by '+'
  double fraction = 1;
  std::uint64_t seed = 1;
  std::int64_t train_records = 0;
  double chosen = 0;        ///< l2 strength, or k
  double choose_auroc = 0;  ///< macro AUROC on the folds it was chosen on
  TaskScore score;
};

/// Checks that no patient is in two of the three groups, that none is empty, and, where `corpus` is
/// the one the encoder was pretrained on (same data hash), that no record reported on was trained
/// on. kInconsistent or kInsufficientData names what is wrong.
Result<void> check_probe(const Corpus& corpus, const LabelledRecords& records,
                         const ProbeOptions& options, const std::string& pretraining_data_hash);

/// Every encoder x lead set x fraction x seed, each with a linear and a neighbours head. `say` is
/// told of every row as it is done. Throws Failure.
std::vector<ProbeRow> run_probe(std::vector<NamedEncoder>& encoders, const Corpus& corpus,
                                const LabelledRecords& records, const ProbeOptions& options,
                                const std::function<void(const ProbeRow&)>& say);

}  // namespace ecg
