#include "downstream/challenge_score.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "corpus/csv_table.h"

namespace ecg {
namespace {

std::vector<std::string> alternatives(const std::string& text) {
  std::vector<std::string> names(1);
  for (const char c : text) {
    if (c == '|')
      names.emplace_back();
    else if (c != ' ')
      names.back() += c;
  }
  return names;
}

Error not_the_table(ErrorCode code, const std::string& what, const CsvTable& table) {
  return {code, what, "give the challenge's own weights.csv", table.file.string(), {}};
}

// Which of `size` classes apply to a record, by class of the table.
using Flags = std::vector<std::uint8_t>;

ChallengeGain gain_of(const ChallengeWeights& weights, const Flags& truth, const Flags& answer) {
  const std::size_t size = weights.classes.size();
  const auto sum_of = [&](const Flags& answered) {
    double sum = 0, either = 0;
    for (std::size_t i = 0; i < size; ++i) either += truth[i] != 0 || answered[i] != 0;
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size && truth[i]; ++j) {
        if (answered[j]) sum += weights.reward(i, j);
      }
    }
    return sum / std::max(1.0, either);
  };
  Flags normal(size, 0);
  normal[weights.normal] = 1;
  return {sum_of(answer), sum_of(truth), sum_of(normal)};
}

// Per class of the table, the predictions' classes that it is.
std::vector<std::vector<std::size_t>> members_of(const ChallengeWeights& weights,
                                                 const Predictions& predictions) {
  std::vector<std::vector<std::size_t>> members;
  for (const auto& names : weights.classes) {
    members.emplace_back();
    for (std::size_t c = 0; c < predictions.classes.size(); ++c) {
      const auto& own = predictions.classes[c];
      if (std::find(names.begin(), names.end(), own) != names.end()) members.back().push_back(c);
    }
  }
  return members;
}

}  // namespace

Result<ChallengeWeights> read_challenge_weights(const std::filesystem::path& file,
                                                const std::string& normal) {
  const auto table = read_csv_table(file);
  if (!table) return table.error();
  ChallengeWeights weights;
  const std::size_t size = table->columns.size() - 1;
  if (size == 0 || table->rows.size() != size) {
    return not_the_table(ErrorCode::kBadHeader, "the table is not square", *table);
  }
  for (std::size_t i = 0; i < size; ++i) {
    const auto& row = table->rows[i];
    if (row[0] != table->columns[i + 1]) {
      return not_the_table(ErrorCode::kBadHeader,
                           "row " + std::to_string(i + 2) + " is of '" + row[0] + "', column " +
                               std::to_string(i + 2) + " of '" + table->columns[i + 1] + "'",
                           *table);
    }
    weights.classes.push_back(alternatives(row[0]));
    for (std::size_t j = 1; j <= size; ++j) {
      const char* end = row[j].data() + row[j].size();
      auto [stopped, error] = std::from_chars(row[j].data(), end, weights.rewards.emplace_back());
      if (error == std::errc() && stopped == end) continue;
      return not_the_table(ErrorCode::kBadValue, "'" + row[j] + "' is no number", *table);
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    const auto& names = weights.classes[i];
    weights.normal = i;
    if (std::find(names.begin(), names.end(), normal) != names.end()) return weights;
  }
  return not_the_table(ErrorCode::kNotFound, "no class '" + normal + "'", *table);
}

std::vector<ChallengeGain> challenge_gains(const ChallengeWeights& weights,
                                           const Predictions& predictions) {
  const auto members = members_of(weights, predictions);
  const std::size_t classes = predictions.classes.size();
  std::vector<ChallengeGain> gains;
  for (std::size_t r = 0; r < predictions.records(); ++r) {
    Flags truth(members.size(), 0), answer(members.size(), 0);
    for (std::size_t i = 0; i < members.size(); ++i) {
      for (const std::size_t c : members[i]) {
        truth[i] |= predictions.labels[r * classes + c];
        answer[i] |= predictions.probabilities[r * classes + c] >= predictions.thresholds[c];
      }
    }
    gains.push_back(gain_of(weights, truth, answer));
  }
  return gains;
}

double challenge_score(std::span<const ChallengeGain> gains, std::span<const std::uint32_t> times) {
  ChallengeGain sum;
  for (std::size_t r = 0; r < gains.size(); ++r) {
    sum.answer += times[r] * gains[r].answer;
    sum.truth += times[r] * gains[r].truth;
    sum.inactive += times[r] * gains[r].inactive;
  }
  const double range = sum.truth - sum.inactive;
  return range != 0 ? (sum.answer - sum.inactive) / range
                    : std::numeric_limits<double>::quiet_NaN();
}

Interval challenge_interval(const ChallengeWeights& weights, const Predictions& predictions,
                            std::size_t draws, std::uint64_t seed) {
  const auto gains = challenge_gains(weights, predictions);
  PatientBootstrap bootstrap(predictions.patients, seed);
  std::vector<double> scores;
  for (std::size_t draw = 0; draw < draws && bootstrap.patient_count() > 0; ++draw) {
    scores.push_back(challenge_score(gains, bootstrap.weights(draw)));
  }
  const std::vector<std::uint32_t> once(gains.size(), 1);
  return percentile_interval(challenge_score(gains, once), std::move(scores));
}

}  // namespace ecg
