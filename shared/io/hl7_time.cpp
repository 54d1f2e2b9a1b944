#include "io/hl7_time.h"

#include <algorithm>
#include <cstdint>

#include "io/text.h"

namespace ecg {
namespace {

/// Days since 1970-01-01 of a date of the Gregorian calendar.
std::int64_t days_since_1970(std::int64_t year, std::int64_t month, std::int64_t day) {
  constexpr int kBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  const std::int64_t past = month > 2 ? year : year - 1;  // leap days before this one
  return 365 * year + past / 4 - past / 100 + past / 400 + kBefore[month - 1] + day - 719528;
}

std::int64_t two_digits(std::string_view text, std::size_t at) {
  return at + 2 <= text.size() ? (text[at] - '0') * 10 + (text[at + 1] - '0') : 0;
}

}  // namespace

std::optional<double> seconds_of_hl7_time(std::string_view text) {
  const std::size_t zone_at = text.find_first_of("+-");
  const std::string_view zone = zone_at < text.size() ? text.substr(zone_at) : "";
  text = text.substr(0, zone_at);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view clock = text.substr(0, point), fraction = text.substr(point);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (clock.size() < 8 || clock.size() > 14 || clock.size() % 2 != 0 ||
      !std::all_of(clock.begin(), clock.end(), is_digit))
    return std::nullopt;
  const std::int64_t month = two_digits(clock, 4);
  if (month < 1 || month > 12) return std::nullopt;
  double seconds = static_cast<double>(
      days_since_1970(two_digits(clock, 0) * 100 + two_digits(clock, 2), month,
                      two_digits(clock, 6)) *
          86400 +
      two_digits(clock, 8) * 3600 + two_digits(clock, 10) * 60 + two_digits(clock, 12));
  if (fraction.size() > 1) {
    const auto part = parse_number("0" + std::string(fraction));
    if (!part) return std::nullopt;
    seconds += *part;
  }
  if (!zone.empty()) {
    if (zone.size() != 5 || !std::all_of(zone.begin() + 1, zone.end(), is_digit))
      return std::nullopt;
    const double offset =
        static_cast<double>(two_digits(zone, 1) * 3600 + two_digits(zone, 3) * 60);
    seconds -= zone[0] == '-' ? -offset : offset;
  }
  return seconds;
}

std::string iso_of_hl7_time(std::string_view text) {
  if (!seconds_of_hl7_time(text)) return {};
  const std::string clock(text.substr(0, text.find_first_of(".+-")));
  std::string iso = clock.substr(0, 4) + '-' + clock.substr(4, 2) + '-' + clock.substr(6, 2);
  if (clock.size() >= 12) iso += 'T' + clock.substr(8, 2) + ':' + clock.substr(10, 2);
  if (clock.size() >= 14) iso += ':' + clock.substr(12, 2);
  return iso;
}

}  // namespace ecg
