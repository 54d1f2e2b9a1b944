#include "downstream/retrieval.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ecg {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

// The k gallery records most like a query, none of its own patient's.
std::vector<std::size_t> most_alike(std::span<const double> row, const std::string& patient,
                                    const LabelledSet& gallery, std::size_t k) {
  std::vector<std::size_t> others;
  for (std::size_t g = 0; g < row.size(); ++g) {
    if (gallery.patients[g] != patient) others.push_back(g);
  }
  const auto end = others.begin() + static_cast<std::ptrdiff_t>(std::min(k, others.size()));
  std::partial_sort(others.begin(), end, others.end(), [&](std::size_t a, std::size_t b) {
    return row[a] != row[b] ? row[a] > row[b] : a < b;
  });
  others.erase(end, others.end());
  return others;
}

// [queries x classes]: share of what is retrieved that carries the class.
std::vector<double> shares(std::size_t classes, const LabelledSet& queries,
                           const LabelledSet& gallery, std::span<const double> similarity,
                           std::size_t k) {
  std::vector<double> found;
  const std::size_t size = gallery.patients.size();
  for (std::size_t q = 0; q < queries.patients.size(); ++q) {
    const auto alike =
        most_alike(similarity.subspan(q * size, size), queries.patients[q], gallery, k);
    for (std::size_t c = 0; c < classes; ++c) {
      double with = 0;
      for (const std::size_t g : alike) with += gallery.labels[g * classes + c];
      found.push_back(alike.empty() ? kUndefined : with / static_cast<double>(alike.size()));
    }
  }
  return found;
}

// Mean of column c over the queries that carry class c, each counted `times` times.
double class_mean(std::span<const double> share, const LabelledSet& queries, std::size_t classes,
                  std::size_t c, std::span<const std::uint32_t> times) {
  double sum = 0, count = 0;
  for (std::size_t q = 0; q < queries.patients.size(); ++q) {
    const double value = share[q * classes + c];
    if (queries.labels[q * classes + c] == 0 || std::isnan(value)) continue;
    sum += times[q] * value;
    count += times[q];
  }
  return count > 0 ? sum / count : kUndefined;
}

double macro_mean(std::span<const double> share, const LabelledSet& queries, std::size_t classes,
                  std::span<const std::uint32_t> times) {
  double sum = 0, count = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    const double mean = class_mean(share, queries, classes, c, times);
    if (std::isnan(mean)) continue;
    sum += mean;
    ++count;
  }
  return count > 0 ? sum / count : kUndefined;
}

double share_with(const LabelledSet& set, std::size_t classes, std::size_t c) {
  double with = 0;
  for (std::size_t r = 0; r < set.patients.size(); ++r) with += set.labels[r * classes + c];
  return set.patients.empty() ? kUndefined : with / static_cast<double>(set.patients.size());
}

}  // namespace

RetrievalScore score_retrieval(const std::vector<std::string>& classes, const LabelledSet& queries,
                               const LabelledSet& gallery, std::span<const double> similarity,
                               std::size_t k, std::size_t draws, std::uint64_t seed) {
  const std::size_t count = classes.size();
  const auto share = shares(count, queries, gallery, similarity, k);
  const std::vector<std::uint32_t> once(queries.patients.size(), 1);
  RetrievalScore score;
  score.k = static_cast<std::int64_t>(k);
  score.queries = static_cast<std::int64_t>(queries.patients.size());
  score.gallery = static_cast<std::int64_t>(gallery.patients.size());
  double chance = 0, with_queries = 0;
  for (std::size_t c = 0; c < count; ++c) {
    ClassRetrieval one{classes[c], 0, class_mean(share, queries, count, c, once),
                       share_with(gallery, count, c)};
    for (std::size_t q = 0; q < once.size(); ++q) one.queries += queries.labels[q * count + c];
    chance += one.queries > 0 ? one.chance : 0;
    with_queries += one.queries > 0;
    score.classes.push_back(std::move(one));
  }
  score.chance = with_queries > 0 ? chance / with_queries : kUndefined;
  PatientBootstrap bootstrap(queries.patients, seed);
  std::vector<double> means;
  for (std::size_t draw = 0; draw < draws && bootstrap.patient_count() > 0; ++draw) {
    means.push_back(macro_mean(share, queries, count, bootstrap.weights(draw)));
  }
  score.precision = percentile_interval(macro_mean(share, queries, count, once), std::move(means));
  return score;
}

}  // namespace ecg
