#pragma once
// Start time of a WFDB record.

#include <optional>
#include <string>
#include <string_view>

namespace ecg {

/// ISO 8601 from the time and date fields of a record line: "8:26:04" and "26/10/1994" give
/// "1994-10-26T08:26:04"; a time alone gives "08:26:04". "31:25.9" is minutes and seconds. The
/// order date, time and the form "12-May-2020", which the PhysioNet challenges use, are understood
/// too. nullopt if there is no time and date, or it is not understood.
std::optional<std::string> iso_time_from_wfdb(std::string_view time, std::string_view date);

}  // namespace ecg
