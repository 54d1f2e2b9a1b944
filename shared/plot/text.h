#pragma once
// Texts of the sheet: strings of files made harmless, and fitted by an estimated width.

#include <string>
#include <string_view>

namespace ecg {

inline constexpr double kTitleSizeMm = 4.0;
inline constexpr double kTextSizeMm = 2.9;  ///< 11 px at 96 dpi
inline constexpr double kLeadNameSizeMm = 3.3;
inline constexpr double kLeadNameMaxMm = 30;

/// Valid UTF-8 of one line that XML allows: control characters become blanks, malformed bytes and
/// characters outside XML become U+FFFD.
std::string clean_text(std::string_view text);

/// Width of `text` in mm, estimated from the average width of a sans-serif letter (0.56 em). Exact
/// metrics belong to the back-end; this serves to leave room.
double estimated_width_mm(std::string_view text, double size_mm);

/// clean_text(), shortened with "..." to about `max_mm`.
std::string fit_text(std::string_view text, double max_mm, double size_mm);

}  // namespace ecg
