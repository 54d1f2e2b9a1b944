#pragma once
// How a recording is cut into the data records of an EDF file, and its numbers into columns of
// eight characters.

#include <cstdint>
#include <optional>
#include <string>

#include "io/stored_counts.h"

namespace ecg {

/// Two points of a signal's scale as the header states them: digital value <-> physical value.
struct EdfLimits {
  int digital_min = -32768, digital_max = 32767;
  std::string physical_min, physical_max;  ///< at most 8 characters
  std::string unit;                        ///< "mV", "uV", ...
};

/// Limits that contain the counts [lowest, highest] and give back the scale exactly where eight
/// characters can; otherwise within half a count. nullopt if the numbers fit no column.
std::optional<EdfLimits> edf_limits(const StoredScale& scale, int lowest, int highest);

/// Equal data records, the last one filled up where no length divides the recording.
struct EdfRecords {
  std::int64_t samples_per_record = 0;  ///< of one lead
  std::int64_t record_count = 0;
  std::string duration;  ///< of a record in seconds, at most 8 characters
};

/// Data records near one second and below 61,440 bytes, as EDF recommends; rather a longer or
/// shorter one than a filled one. nullopt if no record has a duration of eight characters that
/// states the sampling rate to one part in 10^9.
/// Preconditions: all positive.
std::optional<EdfRecords> edf_records(std::int64_t sample_count, double sampling_rate_hz,
                                      std::int64_t lead_count);

}  // namespace ecg
