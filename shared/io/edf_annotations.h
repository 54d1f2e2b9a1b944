#pragma once
// Time-stamped annotation lists of EDF+ and BDF+ files.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecg {

/// One text of a list, at a time in seconds since the start of the file.
struct EdfAnnotation {
  double onset_s = 0;
  std::optional<double> duration_s;
  std::string text;  ///< UTF-8
};

/// The lists of one data record.
struct EdfAnnotationRecord {
  std::optional<double> onset_s;  ///< when the data record begins: onset of its first list
  std::vector<EdfAnnotation> annotations;
};

/// Parses the bytes of an annotation signal of one data record: onset, [0x15 duration], 0x14, texts
/// each ended by 0x14, then 0. What is malformed is skipped.
EdfAnnotationRecord parse_edf_annotations(std::string_view bytes);

/// One such list with its closing 0: an onset and at most one text, empty for the list that only
/// tells when a data record begins. Control characters of the text become blanks.
std::string edf_annotation_list(double onset_s, std::string_view text);

/// EDF+'s standard text for the end of a recording, written where the last data record is longer.
inline constexpr std::string_view kEdfRecordingEnds = "Recording ends";

}  // namespace ecg
