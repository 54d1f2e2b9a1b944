#pragma once
// Annotations as a WFDB annotation file, MIT format, as annot(5) of the WFDB manual defines it.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/recording.h"
#include "core/result.h"

namespace ecg {

/// Bytes of an annotation file (.atr). Annotations are put in time order; sample, symbol, text,
/// subtype, number and lead read back as they were (blanks around a text excepted).
/// Symbols beyond the standard's get codes of their own, defined at the start of the file, eight at
/// most. `time_resolution_hz` is written where samples do not count at the record's own rate.
/// Errors: kInvalidArgument (negative sample; a symbol of blanks; number or subtype beyond
/// -128..127; lead above 255; text above 255 bytes), kUnsupported (a ninth symbol of one's own; a
/// mark of all leads after one of a single lead: the format cannot return to all leads).
Result<std::vector<std::uint8_t>> wfdb_from_annotations(
    std::span<const Annotation> annotations,
    std::optional<double> time_resolution_hz = std::nullopt);

}  // namespace ecg
