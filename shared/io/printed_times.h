#pragma once
// The sampling rate of a column of times.

#include <string>
#include <vector>

#include "core/result.h"

namespace ecg {

/// Times as a table printed them.
struct PrintedTimes {
  std::vector<double> values;
  int most_decimals = 0;  ///< digits behind the decimal sign, at most over all fields
  int most_digits = 0;    ///< significant digits likewise
};

/// Notes the digits of one field. `decimal` is '.' or ','.
void note_digits(std::string_view field, char decimal, PrintedTimes& times);

/// The rate of evenly spaced times: of those that the printed digits allow the one whose hertz or
/// seconds have the fewest digits. Errors: kInsufficientData (fewer than two times), kInconsistent
/// (a time is missing, or half a sample or more from its place: gaps, doubled lines).
Result<double> rate_from_times(const PrintedTimes& times, double seconds_per_unit,
                               const std::string& file_name);

/// True if the values are whole numbers, each one above the one before, beginning at 0 or 1.
bool counts_samples(const std::vector<double>& values);

}  // namespace ecg
