#pragma once
// The text header of a WFDB record (.hea), as header(5) of the WFDB manual defines it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/signal.h"

namespace ecg {

/// One signal line.
struct WfdbSignalSpec {
  std::string file_name;               ///< "~" = no file: a lead that only a segment may hold
  int format = 0;                      ///< 16, 212, ...; 0 = null signal
  std::int64_t samples_per_frame = 1;  ///< > 0
  std::int64_t skew_frames = 0;        ///< >= 0: this signal lags the others by so many frames
  std::int64_t byte_offset = 0;        ///< >= 0: where the samples begin in the file
  double gain = 200;                   ///< counts per physical unit, finite, not 0
  bool gain_stated = false;            ///< false: absent or 0, so the standard's 200 is assumed
  double baseline = 0;                 ///< count of 0 physical units
  std::string unit = "mV";
  int resolution_bits = 0;  ///< 0 = not stated
  std::int64_t adc_zero = 0;
  std::int64_t initial_value = 0;
  std::optional<std::int64_t> checksum;  ///< 16-bit sum of all samples, signed or unsigned
  std::string description;               ///< lead name as written
};

/// One segment line of a multi-segment record.
struct WfdbSegmentSpec {
  std::string record_name;  ///< "~" = a gap
  std::int64_t frame_count = 0;
};

/// Everything a header says.
struct WfdbHeader {
  std::string record_name;
  double frame_rate_hz = 250;               ///< > 0
  double counter_rate_hz = 0;               ///< 0 = not stated
  std::optional<std::int64_t> frame_count;  ///< samples per signal; nullopt = not stated
  std::optional<std::string> start_time;    ///< ISO 8601 as far as stated
  std::vector<WfdbSignalSpec> signals;      ///< empty in a multi-segment record
  std::vector<WfdbSegmentSpec> segments;    ///< empty in an ordinary record
  std::vector<std::string> comments;        ///< without '#', trimmed, UTF-8
  std::vector<std::string> warnings;
  std::int64_t declared_signals = 0;  ///< of the record line

  bool is_multi_segment() const { return !segments.empty(); }
};

/// Parses a header. Errors (with line and byte): kEmptyFile, kBadHeader, kBadValue, kTooLarge.
Result<WfdbHeader> parse_wfdb_header(std::string_view text, std::string_view file_name);

/// True if the first line that is no comment reads like a WFDB record line ("100 2 360 650000").
bool looks_like_wfdb_header(std::string_view text);

}  // namespace ecg
