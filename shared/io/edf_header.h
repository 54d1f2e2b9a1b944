#pragma once
// The header of EDF, EDF+ and BDF files (Kemp et al. 1992; Kemp and Olivan 2003; BioSemi's 24
// bits).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/file_set.h"
#include "core/result.h"

namespace ecg {

/// The months of EDF+ dates ("02-MAY-1951"), one after the other.
inline constexpr std::string_view kEdfMonths = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

/// One signal as its header columns describe it. Texts are trimmed UTF-8.
struct EdfSignalSpec {
  std::string label, transducer, unit, prefilter;
  double physical_min = 0, physical_max = 0;
  double digital_min = 0, digital_max = 0;
  std::int64_t samples_per_record = 0;  ///< >= 0
  std::int64_t first_sample = 0;        ///< place in the data record, in samples
  bool is_annotations = false;          ///< "EDF Annotations", "BDF Annotations"
};

/// Everything the header says.
struct EdfHeader {
  bool is_bdf = false;            ///< 3 bytes per sample instead of 2
  bool is_plus = false;           ///< EDF+ or BDF+
  bool is_discontinuous = false;  ///< "+D": records have gaps between them
  std::string patient, recording;
  std::optional<std::string> start_time;  ///< ISO 8601
  std::int64_t header_bytes = 0;
  std::int64_t record_count = 0;        ///< as declared, or as the file holds where it says -1
  double record_duration_s = 0;         ///< >= 0
  std::int64_t samples_per_record = 0;  ///< of all signals together, > 0
  std::vector<EdfSignalSpec> signals;
  std::vector<std::string> warnings;

  int sample_bytes() const { return is_bdf ? 3 : 2; }
};

/// True if the bytes begin like EDF or BDF.
bool recognises_edf(const NamedBytes& file);

/// Parses the header and checks it against the size of the file.
/// Errors: kEmptyFile, kTruncated, kBadHeader, kBadValue, each with the byte offset.
Result<EdfHeader> parse_edf_header(const NamedBytes& file);

}  // namespace ecg
