#include "downstream/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace ecg {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

std::vector<std::size_t> highest_first(std::span<const double> scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  return order;
}

double count_of(std::span<const std::uint8_t> positive) {
  return static_cast<double>(
      positive.size() - static_cast<std::size_t>(std::count(positive.begin(), positive.end(), 0)));
}

}  // namespace

RankedScores::RankedScores(std::span<const double> scores, std::span<const std::uint8_t> positive) {
  const std::vector<std::size_t> order = highest_first(scores);
  items_.reserve(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool last = i + 1 == order.size() || scores[order[i + 1]] != scores[order[i]];
    items_.push_back({static_cast<std::uint32_t>(order[i]), positive[order[i]] != 0, last});
  }
}

double RankedScores::auroc(std::span<const std::uint32_t> weights) const {
  double positives = 0, negatives = 0, tied_positives = 0, tied_negatives = 0, won = 0;
  for (const Item& item : items_) {
    (item.positive ? tied_positives : tied_negatives) += weights[item.record];
    if (!item.last_of_tie) continue;
    // Every positive seen before, with a higher score, wins against these negatives.
    won += tied_negatives * (positives + 0.5 * tied_positives);
    positives += tied_positives;
    negatives += tied_negatives;
    tied_positives = tied_negatives = 0;
  }
  return positives > 0 && negatives > 0 ? won / (positives * negatives) : kUndefined;
}

double RankedScores::average_precision(std::span<const std::uint32_t> weights) const {
  double positives = 0, seen = 0, tied_positives = 0, sum = 0;
  for (const Item& item : items_) {
    seen += weights[item.record];
    if (item.positive) tied_positives += weights[item.record];
    if (!item.last_of_tie) continue;
    positives += tied_positives;
    if (seen > 0) sum += tied_positives * positives / seen;
    tied_positives = 0;
  }
  return positives > 0 && positives < seen ? sum / positives : kUndefined;
}

double auroc(std::span<const double> scores, std::span<const std::uint8_t> positive) {
  return RankedScores(scores, positive).auroc(std::vector<std::uint32_t>(scores.size(), 1));
}

double average_precision(std::span<const double> scores, std::span<const std::uint8_t> positive) {
  return RankedScores(scores, positive)
      .average_precision(std::vector<std::uint32_t>(scores.size(), 1));
}

double f1_score(std::span<const double> scores, std::span<const std::uint8_t> positive,
                double threshold) {
  double hits = 0, called = 0, positives = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const bool yes = scores[i] >= threshold;
    called += yes;
    positives += positive[i] != 0;
    hits += yes && positive[i] != 0;
  }
  return positives > 0 ? 2 * hits / (called + positives) : kUndefined;
}

double best_f1_threshold(std::span<const double> scores, std::span<const std::uint8_t> positive) {
  const std::vector<std::size_t> order = highest_first(scores);
  const double positives = count_of(positive);
  double best = 0, best_threshold = 0.5, hits = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    hits += positive[order[i]] != 0;
    const bool last_of_tie = i + 1 == order.size() || scores[order[i + 1]] != scores[order[i]];
    const double f1 = 2 * hits / (static_cast<double>(i + 1) + positives);
    if (last_of_tie && f1 > best) {
      best = f1;
      best_threshold = scores[order[i]];
    }
  }
  return best_threshold;
}

std::vector<RocPoint> roc_points(std::span<const double> scores,
                                 std::span<const std::uint8_t> positive) {
  const std::vector<std::size_t> order = highest_first(scores);
  const double positives = count_of(positive);
  const double negatives = static_cast<double>(scores.size()) - positives;
  if (positives == 0 || negatives == 0) return {};
  std::vector<RocPoint> points{{0, 0, std::numeric_limits<double>::infinity()}};
  double hits = 0, false_alarms = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    (positive[order[i]] != 0 ? hits : false_alarms) += 1;
    if (i + 1 < order.size() && scores[order[i + 1]] == scores[order[i]]) continue;
    const RocPoint next{false_alarms / negatives, hits / positives, scores[order[i]]};
    const auto on_line = [&](double RocPoint::*rate) {  // neither of the last two steps moved it
      return points.size() > 1 && points.back().*rate == next.*rate &&
             points[points.size() - 2].*rate == next.*rate;
    };
    if (on_line(&RocPoint::false_positive_rate) || on_line(&RocPoint::true_positive_rate)) {
      points.back() = next;
    } else {
      points.push_back(next);
    }
  }
  return points;
}

std::vector<ReliabilityBin> reliability_bins(std::span<const double> probabilities,
                                             std::span<const std::uint8_t> positive,
                                             std::size_t bins) {
  std::vector<ReliabilityBin> found(bins);
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    const double place = std::floor(probabilities[i] * static_cast<double>(bins));
    auto& bin =
        found[static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(bins - 1)))];
    ++bin.records;
    bin.mean_probability += probabilities[i];
    bin.share_positive += positive[i] != 0;
  }
  for (std::size_t b = 0; b < bins; ++b) {
    ReliabilityBin& bin = found[b];
    bin.low = static_cast<double>(b) / static_cast<double>(bins);
    bin.high = static_cast<double>(b + 1) / static_cast<double>(bins);
    const auto count = static_cast<double>(bin.records);
    bin.mean_probability = bin.records > 0 ? bin.mean_probability / count : kUndefined;
    bin.share_positive = bin.records > 0 ? bin.share_positive / count : kUndefined;
  }
  return found;
}

double calibration_error(std::span<const double> probabilities,
                         std::span<const std::uint8_t> positive, std::size_t bins) {
  if (probabilities.empty()) return kUndefined;
  double sum = 0;
  for (const ReliabilityBin& bin : reliability_bins(probabilities, positive, bins)) {
    if (bin.records == 0) continue;
    sum += static_cast<double>(bin.records) * std::abs(bin.share_positive - bin.mean_probability);
  }
  return sum / static_cast<double>(probabilities.size());
}

}  // namespace ecg
