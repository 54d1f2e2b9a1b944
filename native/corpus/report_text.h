#pragma once
// Reports as plain words: what a tokeniser counts and cuts.

#include <string>
#include <string_view>
#include <vector>

namespace ecg {

/// Stands for a character that has no plain form; no vocabulary holds it.
inline constexpr char kUnknownCharacter = '\x7f';

/// A report (UTF-8, whatever bytes) as lower-case printable ASCII: letters lose accents and umlauts
/// whether composed or not (ä -> a, ß -> ss), typographic dashes, quotes and spaces become their
/// plain forms, control characters a space. Any other character, malformed bytes included, becomes
/// kUnknownCharacter. Normalising twice changes nothing.
std::string normalise_report(std::string_view report);

/// Words of a normalised report: runs of letters and digits; every other character is a word of its
/// own, spaces none.
std::vector<std::string_view> split_words(std::string_view normalised);

/// The words of a report (any UTF-8), normalised and joined by single spaces: equal for reports
/// that a tokeniser cannot tell apart.
std::string plain_words(std::string_view report);

}  // namespace ecg
