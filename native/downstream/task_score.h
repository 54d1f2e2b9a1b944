#pragma once
// How well a multi-label task is solved, with intervals a reader can judge differences by.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "downstream/bootstrap.h"
#include "downstream/metrics.h"

namespace ecg {

/// Below this many positives in the records reported on, a class's figures are marked as unsure.
inline constexpr std::int64_t kFewPositives = 10;

/// Predictions for the records that are reported on.
struct Predictions {
  std::vector<std::string> classes;
  std::vector<std::string> patients;  ///< one per record
  std::vector<double> probabilities;  ///< [records x classes]
  std::vector<std::uint8_t> labels;   ///< [records x classes], 1 = the class applies
  std::vector<double> thresholds;     ///< per class, chosen on other records

  std::size_t records() const { return patients.size(); }
};

/// One class.
struct ClassScore {
  std::string name;
  std::int64_t positives = 0;
  double auroc = 0, auprc = 0, f1 = 0, threshold = 0;  ///< NaN where undefined
  bool few = false;                                    ///< fewer than kFewPositives positives
  std::vector<RocPoint> roc;                           ///< roc_points
  std::vector<ReliabilityBin> reliability;             ///< reliability_bins, ten of them
};

/// A task: macro means over the classes of which there are positives and negatives.
struct TaskScore {
  std::int64_t records = 0, patients = 0;
  Interval macro_auroc, macro_auprc, macro_f1;
  std::vector<double> auroc_resamples;  ///< macro AUROC of each resample; of two scores of the same
                                        ///< records and seed, the n-th drew the same patients
  double calibration_error = 0;         ///< mean of the classes'
  std::optional<Interval> challenge;    ///< CinC 2021 score (challenge_score.h), where asked for
  std::vector<ClassScore> classes;
};

/// Scores the predictions. The intervals resample patients, not records, so that several records of
/// one person do not narrow them (`draws` resamples, keyed by `seed`). A macro mean of a resample
/// is over the classes that have both outcomes in it.
TaskScore score_task(const Predictions& predictions, std::size_t draws, std::uint64_t seed);

}  // namespace ecg
