#pragma once
// Samples in mV -> the whole counts that binary formats store, lossless where the recording came
// from such counts.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/recording.h"
#include "core/result.h"

namespace ecg {

/// How one lead is stored: count = value x counts_per_mv + baseline.
struct StoredScale {
  double counts_per_mv = 1000;
  double baseline = 0;
  std::string unit = "mV";  ///< "mV", "uV", ...: what the file is to state
  int resolution_bits = 16;

  /// Counts per `unit`, where that is a voltage; else counts_per_mv, which then is per `unit` too.
  double counts_per_unit() const;
};

/// The counts that a storage form holds, and the one that stands for a missing sample.
struct CountRange {
  std::int32_t lowest = -32767;
  std::int32_t highest = 32767;
  std::int32_t missing = -32768;
};

/// The calibration of a lead as its scale if every sample is a whole count of the range in it, as
/// it is when the lead was read in it, or if its values are no voltages and have no other scale;
/// else `fallback`. Of a recording or group: its signal and calibrations.
StoredScale stored_scale(const Signal& signal, std::span<const Calibration> calibrations,
                         std::size_t lead, CountRange range, const StoredScale& fallback = {});

/// The counts of one lead, each sample rounded to the nearest; NaN becomes range.missing.
/// `lead_name` names the lead in errors. Errors: kBadValue (a value beyond the range).
Result<std::vector<std::int32_t>> counts_of_lead(std::span<const float> values_mv,
                                                 const StoredScale& scale, CountRange range,
                                                 std::string_view lead_name);

}  // namespace ecg
