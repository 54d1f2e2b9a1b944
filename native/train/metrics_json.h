#pragma once
// Lines of metrics.csv as JSON objects, one a line (metrics.jsonl), for programs that read streams.

#include <string>
#include <string_view>

namespace ecg {

/// {"step":12,"loss":0.5,...}: names from the CSV header, numbers as they stand in `line`. Empty
/// fields are left out; what is no finite number ("nan", "inf") becomes null, as JSON has no such
/// numbers. Neither text ends with a line break.
std::string json_from_csv_line(std::string_view header, std::string_view line);

/// The same for a whole CSV text, its first line the header: one object and line break per line.
std::string json_lines_from_csv(std::string_view csv);

}  // namespace ecg
