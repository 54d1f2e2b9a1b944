#pragma once
// What the caller knows and a bare table of numbers does not say.

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"

namespace ecg {

/// For formats that may hold nothing but numbers (CSV, NumPy, MATLAB). What is given here stands
/// above what the file says; a contradiction is a warning.
struct ReadOptions {
  std::optional<double> sampling_rate_hz = std::nullopt;
  std::string unit =
      {};  ///< "mV", "uV", "V", "nV", or counts per millivolt as WFDB writes it: "200/mV"
  std::vector<std::string> leads = {};  ///< names of the columns of samples, in their order

  bool empty() const { return !sampling_rate_hz && unit.empty() && leads.empty(); }
};

/// Errors: kInvalidArgument (rate not above 0 or beyond 1 MHz, unit that is no voltage).
Result<void> check_read_options(const ReadOptions& options);

/// How many steps of `unit` ("uV", "200/mV") are one millivolt; 0 if it is no voltage.
double steps_per_mv(const std::string& unit);

/// The error of a file that lacks its rate, its unit or both, with the remedy.
/// Precondition: at least one is missing.
Error not_stated(bool rate_missing, bool unit_missing, const std::string& file_name);

}  // namespace ecg
