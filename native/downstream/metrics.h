#pragma once
// Figures of a classifier's scores against yes/no labels. NaN wherever a figure is undefined, which
// is when all labels are alike. `scores` and `positive` (1 = yes) are equally long.

#include <cstdint>
#include <span>
#include <vector>

namespace ecg {

/// Area under the receiver operating characteristic: the chance that a positive scores above a
/// negative, ties counting one half (Hanley and McNeil 1982).
double auroc(std::span<const double> scores, std::span<const std::uint8_t> positive);

/// Average precision: sum over distinct scores, from high to low, of precision times the gain in
/// recall; no interpolation.
double average_precision(std::span<const double> scores, std::span<const std::uint8_t> positive);

/// F1 of "score >= threshold". 0 when nothing is found; NaN when there is no positive.
double f1_score(std::span<const double> scores, std::span<const std::uint8_t> positive,
                double threshold);

/// The score that, taken as threshold, gives the highest F1; of equal ones the highest. To be
/// chosen on records other than those it is reported on. 0.5 when there is no positive.
double best_f1_threshold(std::span<const double> scores, std::span<const std::uint8_t> positive);

/// Expected calibration error: mean |share of positives - mean probability| over `bins` equal bins
/// of [0, 1], weighted by their counts (Naeini et al. 2015).
double calibration_error(std::span<const double> probabilities,
                         std::span<const std::uint8_t> positive, std::size_t bins = 15);

/// A corner of the receiver operating characteristic: what "score >= threshold" gives.
struct RocPoint {
  double false_positive_rate = 0, true_positive_rate = 0, threshold = 0;
};

/// The characteristic's corners from (0, 0) (threshold +infinity) to (1, 1); between two of them it
/// is a straight line, so the trapezoids under it are `auroc`. Empty when all labels are alike.
std::vector<RocPoint> roc_points(std::span<const double> scores,
                                 std::span<const std::uint8_t> positive);

/// Records whose probability lies in [low, high), the last bin with its end.
struct ReliabilityBin {
  double low = 0, high = 0;
  double mean_probability = 0, share_positive = 0;  ///< NaN without records
  std::size_t records = 0;
};

/// `bins` equal bins of [0, 1]: what `calibration_error` sums up.
std::vector<ReliabilityBin> reliability_bins(std::span<const double> probabilities,
                                             std::span<const std::uint8_t> positive,
                                             std::size_t bins = 15);

/// Scores sorted once, so that resamples (a whole weight per record) cost one pass each.
class RankedScores {
 public:
  RankedScores(std::span<const double> scores, std::span<const std::uint8_t> positive);

  /// The figures with every record counted `weights[record]` times.
  double auroc(std::span<const std::uint32_t> weights) const;
  double average_precision(std::span<const std::uint32_t> weights) const;

 private:
  struct Item {
    std::uint32_t record;
    bool positive;
    bool last_of_tie;
  };
  std::vector<Item> items_;  // from the highest score to the lowest
};

}  // namespace ecg
