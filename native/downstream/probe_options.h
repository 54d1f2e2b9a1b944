#pragma once
// Which records a head is fitted on, chosen on and reported on.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/lead.h"
#include "downstream/challenge_score.h"
#include "downstream/labels.h"

namespace ecg {

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
  std::optional<ChallengeWeights> challenge;     ///< also score as CinC 2021 does
};

/// Refuses records that an encoder was pretrained on: kInconsistent names the first of `records` in
/// the training split of `corpus`, where that is the corpus of the pretraining (same data hash).
Result<void> check_unseen(const Corpus& corpus, const LabelledRecords& records,
                          const std::string& pretraining_data_hash);

/// Checks that no patient is in two of the three groups, that none is empty, and, where `corpus` is
/// the one the encoder was pretrained on (same data hash), that no record reported on was trained
/// on. kInconsistent or kInsufficientData names what is wrong.
Result<void> check_probe(const Corpus& corpus, const LabelledRecords& records,
                         const ProbeOptions& options, const std::string& pretraining_data_hash);

}  // namespace ecg
