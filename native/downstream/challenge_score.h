#pragma once
// The score of the PhysioNet/CinC Challenge 2021: answers are rewarded by how far they would lead
// treatment astray, from a table of rewards that comes with the challenge.

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"
#include "downstream/task_score.h"

namespace ecg {

/// SNOMED CT code of sinus rhythm, which a classifier that finds nothing answers.
inline constexpr const char* kSinusRhythmCode = "426783006";

/// The challenge's weights.csv.
struct ChallengeWeights {
  std::vector<std::vector<std::string>> classes;  ///< names of each, all meaning the same
  std::vector<double> rewards;  ///< [classes x classes]: row the truth, column the answer
  std::size_t normal = 0;       ///< class that "inactive" answers

  double reward(std::size_t truth, std::size_t answer) const {
    return rewards[truth * classes.size() + answer];
  }
};

/// Reads the table: the first line names the classes, and so does the first column, in the same
/// order; names joined by '|' mean the same. Errors: those of read_csv_table, kBadHeader (rows and
/// columns differ), kBadValue (no number), kNotFound (no class `normal`).
Result<ChallengeWeights> read_challenge_weights(const std::filesystem::path& file,
                                                const std::string& normal = kSinusRhythmCode);

/// What one record adds to the sums of the score.
struct ChallengeGain {
  double answer = 0;    ///< sum of reward(i, j) / max(1, |truth or answer|), i true and j answered
  double truth = 0;     ///< the same if the truth were answered
  double inactive = 0;  ///< the same if the normal class alone were answered
};

/// Gains of all records. A class of the table belongs to the predictions' class of any of its
/// names; classes that the predictions do not have are never true and never answered.
std::vector<ChallengeGain> challenge_gains(const ChallengeWeights& weights,
                                           const Predictions& predictions);

/// (answer - inactive) / (truth - inactive) of the sums: 1 for the truth, 0 for always answering
/// the normal class; NaN where these two are the same. `times`: how often each record counts.
double challenge_score(std::span<const ChallengeGain> gains, std::span<const std::uint32_t> times);

/// The score with its interval over resampled patients.
Interval challenge_interval(const ChallengeWeights& weights, const Predictions& predictions,
                            std::size_t draws, std::uint64_t seed);

}  // namespace ecg
