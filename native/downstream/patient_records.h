#pragma once
// Records of a corpus with their people and times, for identification.

#include <optional>
#include <string_view>
#include <vector>

#include "downstream/jobs.h"

namespace ecg {

/// Which records are wanted.
struct PatientGroup {
  std::vector<int> folds;      ///< of the table; empty = all
  std::optional<Split> split;  ///< of the corpus; nullopt = all
};

/// Every record of the corpus that `job` knows and `group` wants: with the corpus' own patients
/// where there is no table, else those that the table names. Errors: those of read_csv_table,
/// kBadValue (a fold or a time), kInsufficientData (none).
Result<std::vector<PatientRecord>> patient_records(const Corpus& corpus, const IdentifyJob& job,
                                                   const PatientGroup& group);

/// Seconds since 1970 of "1984-11-09 09:17:34" or "1984-11-09"; a T may stand between. nullopt
/// where it is none.
std::optional<double> seconds_from_date(std::string_view text);

}  // namespace ecg
