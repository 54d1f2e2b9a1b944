#pragma once
// Lists of numbers inside text: samples of XML formats.

#include <optional>
#include <string_view>
#include <vector>

namespace ecg {

/// Numbers separated by blanks, line ends, commas or semicolons, in any number; nullopt if
/// something else stands between them.
std::optional<std::vector<double>> parse_number_list(std::string_view text);

}  // namespace ecg
