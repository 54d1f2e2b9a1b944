#include "io/printed_times.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "io/text.h"

namespace ecg {
namespace {

struct Plain {
  double value = 0;
  int digits = 17;
};

/// The number with the fewest digits in [low, high].
Plain simplest_between(double low, double high) {
  char text[40];
  for (int digits = 1; digits < 17; ++digits) {
    std::snprintf(text, sizeof text, "%.*g", digits, (low + high) / 2);
    const double value = std::strtod(text, nullptr);
    if (value >= low && value <= high) return {value, digits};
  }
  return {(low + high) / 2, 17};
}

}  // namespace

void note_digits(std::string_view field, char decimal, PrintedTimes& times) {
  int digits = 0, decimals = 0, exponent = 0;
  bool behind = false, significant = false;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const char c = field[i];
    if (c == 'e' || c == 'E') {
      exponent = static_cast<int>(parse_integer(field.substr(i + 1)).value_or(0));
      break;
    }
    behind = behind || c == decimal;
    if (c < '0' || c > '9') continue;
    significant = significant || c != '0';
    digits += significant;
    decimals += behind;
  }
  times.most_digits = std::max(times.most_digits, digits);
  times.most_decimals = std::max(times.most_decimals, decimals - std::clamp(exponent, -30, 30));
}

Result<double> rate_from_times(const PrintedTimes& times, double seconds_per_unit,
                               const std::string& file_name) {
  const auto& values = times.values;
  const auto steps = static_cast<double>(values.size()) - 1;
  const double duration = values.empty() ? 0 : (values.back() - values.front()) * seconds_per_unit;
  if (steps < 1 || !(duration > 0)) {
    return Error{ErrorCode::kInsufficientData, "the time column does not say how long a sample is",
                 "state the rate: --rate 500", file_name, std::nullopt};
  }
  // Half a unit of the last digit printed: by a fixed number of decimals, or of digits in all.
  const auto rounding = [&](double value) {
    double last = -times.most_decimals;
    if (value != 0)
      last = std::max(last, std::floor(std::log10(std::abs(value))) + 1 - times.most_digits);
    return 0.5 * std::pow(10.0, last);
  };
  const double ends = rounding(values.front()) + rounding(values.back());
  const double doubt = std::min(0.5 / steps, std::max(1e-9, ends * seconds_per_unit / duration));
  const double rate = steps / duration;
  const double step = duration / steps / seconds_per_unit;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double off = (values[i] - values.front()) / step - static_cast<double>(i);
    const double distance = std::abs(off) * step;  // rounding() is slow, and seldom decides
    if (distance < 0.5 * step || distance < 0.5 * step + rounding(values[i])) continue;
    return Error{ErrorCode::kInconsistent,
                 "the times are not even: sample " + std::to_string(i + 1) +
                     (std::isnan(off) ? " has none"
                                      : " is " + shortest_decimal(std::round(off * 10) / 10) +
                                            " samples from its place"),
                 "resample it evenly, or state --rate to take the samples as even", file_name,
                 std::nullopt};
  }
  const Plain hertz = simplest_between(rate * (1 - doubt), rate * (1 + doubt));
  const Plain interval = simplest_between((1 - doubt) / rate, (1 + doubt) / rate);
  // A plain interval (3 ms) wins over its odd rate (333.33 Hz), not over a plain rate.
  return interval.digits + 2 < hertz.digits ? 1 / interval.value : hertz.value;
}

bool counts_samples(const std::vector<double>& values) {
  if (values.empty() || (values.front() != 0 && values.front() != 1)) return false;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] != values[i - 1] + 1) return false;
  }
  return true;
}

}  // namespace ecg
