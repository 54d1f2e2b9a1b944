#pragma once
// Times as HL7 writes them.

#include <optional>
#include <string>
#include <string_view>

namespace ecg {

/// Seconds since 1970 of an HL7 time "YYYYMMDDHHMMSS.fff+ZZZZ", cut off anywhere after the day;
/// without a zone the clock is taken as it stands. nullopt if it is none.
std::optional<double> seconds_of_hl7_time(std::string_view text);

/// "20021122091000.0" -> "2002-11-22T09:10:00", as far as the text goes; empty if it is none.
std::string iso_of_hl7_time(std::string_view text);

}  // namespace ecg
