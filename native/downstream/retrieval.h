#pragma once
// Retrieval: of the records most like one that is asked with, how many carry its label?

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "downstream/bootstrap.h"

namespace ecg {

/// Records with labels and people, as retrieval needs them.
struct LabelledSet {
  std::vector<std::string> patients;  ///< one per record
  std::vector<std::uint8_t> labels;   ///< [records x classes], 1 = applies
};

/// One class: mean over the queries that carry it of the share of the k most alike that carry it
/// too.
struct ClassRetrieval {
  std::string name;
  std::int64_t queries = 0;
  double precision = 0;  ///< NaN without a query
  double chance = 0;     ///< share of the gallery that carries it
};

/// Macro mean over the classes with queries, and the classes.
struct RetrievalScore {
  std::int64_t k = 0, queries = 0, gallery = 0;
  Interval precision;
  double chance = 0;
  std::vector<ClassRetrieval> classes;
};

/// precision@k by label. similarity [queries x gallery], the higher the more alike; records of the
/// query's own patient are not retrieved; ties go to the earlier record. A query that fewer than k
/// others can be retrieved for is judged on those. Intervals resample the queries' patients.
RetrievalScore score_retrieval(const std::vector<std::string>& classes, const LabelledSet& queries,
                               const LabelledSet& gallery, std::span<const double> similarity,
                               std::size_t k, std::size_t draws, std::uint64_t seed);

}  // namespace ecg
