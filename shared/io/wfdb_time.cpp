#include "io/wfdb_time.h"

#include <array>
#include <cstdio>
#include <vector>

#include "io/text.h"

namespace ecg {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};

std::vector<std::string_view> split_at(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<int> number_within(std::string_view text, int low, int high) {
  const auto value = parse_integer(text);
  if (!value || *value < low || *value > high) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<int> month_from_text(std::string_view text) {
  const std::string lower = lower_case(text);
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (lower == kMonths[i]) return static_cast<int>(i) + 1;
  }
  return number_within(text, 1, 12);
}

/// dd/mm/yyyy or dd-Mon-yyyy
std::optional<std::string> iso_date(std::string_view text) {
  const auto parts = split_at(text, text.find('/') != std::string_view::npos ? '/' : '-');
  if (parts.size() != 3) return std::nullopt;
  const auto day = number_within(parts[0], 1, 31);
  const auto month = month_from_text(parts[1]);
  const auto year = number_within(parts[2], 0, 9999);
  if (!day || !month || !year) return std::nullopt;
  char date[40];
  std::snprintf(date, sizeof date, "%04d-%02d-%02d", *year, *month, *day);
  return date;
}

/// hh:mm:ss[.fff], mm:ss[.fff]
std::optional<std::string> iso_clock(std::string_view text) {
  auto parts = split_at(text, ':');
  if (parts.size() == 2) parts.insert(parts.begin(), "0");
  if (parts.size() != 3) return std::nullopt;
  const std::size_t dot = parts[2].find('.');
  const std::string_view fraction = dot == std::string_view::npos ? "" : parts[2].substr(dot + 1);
  const auto hour = number_within(parts[0], 0, 23);
  const auto minute = number_within(parts[1], 0, 59);
  const auto second = number_within(parts[2].substr(0, dot), 0, 60);
  if (!hour || !minute || !second) return std::nullopt;
  if (fraction.find_first_not_of("0123456789") != std::string_view::npos || fraction.size() > 9) {
    return std::nullopt;
  }
  char clock[40];
  std::snprintf(clock, sizeof clock, "%02d:%02d:%02d", *hour, *minute, *second);
  return fraction.empty() ? std::string(clock) : std::string(clock) + '.' + std::string(fraction);
}

}  // namespace

std::optional<std::string> iso_time_from_wfdb(std::string_view time, std::string_view date) {
  if (time.find(':') == std::string_view::npos) std::swap(time, date);
  const auto clock = iso_clock(time);
  const auto day = iso_date(date);
  if (clock && day) return *day + 'T' + *clock;
  if (clock && date.empty()) return clock;
  if (day && time.empty()) return day;
  return std::nullopt;
}

}  // namespace ecg
