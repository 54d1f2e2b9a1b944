#pragma once
// Fine-tuning: encoder and head trained together on labels, from pretrained or from fresh weights.

#include <functional>
#include <string>
#include <vector>

#include "downstream/classifier.h"
#include "downstream/fine_tune_options.h"
#include "downstream/probe.h"

namespace ecg {

/// Checks the bounds. kBadValue, kNotFound (head) naming the option.
Result<void> check_fine_tune(const FineTuneOptions& options);

/// One epoch.
struct FineTuneEpoch {
  std::int64_t epoch = 0;  ///< from 1
  double loss = 0;         ///< mean over the epoch's records
  double choose_auroc = 0;
};

/// What came out: weights, thresholds and figures of the epoch with the highest macro AUROC on the
/// choosing folds.
struct FineTuned {
  Classifier classifier;
  ProbeRow row;  ///< head "tuned linear" or "tuned attention"; `chosen` is the epoch
  std::vector<FineTuneEpoch> epochs;
};

/// Fine-tunes a copy of the encoder on `train`, stops on `choose`, reports on `report`. Order of
/// records and weights of the head follow `seed`; on the CPU the result is a function of the
/// arguments and the number of threads. Leads outside `leads` are absent throughout. Throws
/// Failure.
FineTuned fine_tune(const TrainedModel& start, const Corpus& corpus, const LabelledRecords& train,
                    const LabelledRecords& choose, const LabelledRecords& report,
                    const std::vector<Lead>& leads, const FineTuneOptions& options,
                    std::uint64_t seed, const ProbeOptions& reporting,
                    const std::function<void(const FineTuneEpoch&)>& say);

/// A starting point under its name in the tables.
struct NamedStart {
  std::string name;
  TrainedModel model;
};

/// Every start x lead set x label fraction x seed. Unlike in a probe, a seed matters at every
/// fraction. `done` is told of every result.
std::vector<ProbeRow> run_fine_tune(const std::vector<NamedStart>& starts, const Corpus& corpus,
                                    const LabelledRecords& records, const ProbeOptions& groups,
                                    const FineTuneOptions& options,
                                    const std::function<void(const FineTuneEpoch&)>& say,
                                    const std::function<void(const FineTuned&)>& done);

}  // namespace ecg
