#pragma once
// Records of a corpus with their people and times, for identification.

#include <optional>
#include <string_view>
#include <vector>

#include "downstream/jobs.h"

namespace ecg {

/// Every record of the corpus that `job` names: all of it with the corpus' own patients where there
/// is no table, else those that the table names in the wanted folds. Errors: those of
/// read_csv_table, kBadValue (a fold or a time), kInsufficientData (none).
Result<std::vector<PatientRecord>> patient_records(const Corpus& corpus, const IdentifyJob& job);

/// Seconds since 1970 of "1984-11-09 09:17:34" or "1984-11-09"; a T may stand between. nullopt
/// where it is none.
std::optional<double> seconds_from_date(std::string_view text);

}  // namespace ecg
