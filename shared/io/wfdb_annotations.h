#pragma once
// WFDB annotation files (.atr, .qrs, ...), MIT format, as annot(5) of the WFDB manual defines it.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/recording.h"
#include "core/result.h"

namespace ecg {

/// What an annotation file holds. Samples count at `time_resolution_hz` if the file states one,
/// else at the frame rate of the record. `lead` is the file's channel number where it states one.
struct WfdbAnnotations {
  std::vector<Annotation> annotations;  ///< in time order
  std::optional<double> time_resolution_hz;
  std::vector<std::string> warnings;
};

/// Parses a MIT-format annotation file.
/// Errors: kEmptyFile, kTruncated (an annotation or its text is cut), kBadValue (time before the
/// start).
Result<WfdbAnnotations> parse_wfdb_annotations(std::span<const std::uint8_t> bytes,
                                               std::string_view file_name);

/// True if a file ending ("atr", "qrs", "ii") is one that annotation files of WFDB records carry.
bool is_annotation_extension(std::string_view extension);

}  // namespace ecg
