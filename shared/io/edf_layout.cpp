#include "io/edf_layout.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "io/text.h"
#include "io/units.h"

namespace ecg {
namespace {

constexpr std::size_t kColumn = 8;
constexpr double kExactScale = 1e-12;
constexpr double kExactRate = 1e-9;

std::string fixed_text(double value, int decimals) {
  char text[400];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

/// The value in at most eight characters; nullopt if it needs more.
std::optional<std::string> exact_column(double value, double tolerance) {
  if (value == 0) return "0";
  double scaled = value;
  for (int decimals = 0; decimals < 7; ++decimals, scaled *= 10) {
    if (std::fabs(std::round(scaled) - scaled) > tolerance * std::fabs(scaled)) continue;
    std::string text = fixed_text(value, decimals);
    if (text.size() > kColumn) return std::nullopt;
    return text;
  }
  return std::nullopt;
}

/// The most decimals that eight characters hold; nullopt for numbers of more digits.
std::optional<std::string> nearest_column(double value) {
  for (int decimals = 6; decimals >= 0; --decimals) {
    std::string text = fixed_text(value, decimals);
    if (text.size() <= kColumn) return text;
  }
  return std::nullopt;
}

double physical_of(const StoredScale& scale, double per_mv, int count) {
  return (count - scale.baseline) / scale.counts_per_mv * (per_mv > 0 ? per_mv : 1.0);
}

/// Looks for exact texts from the ends of the 16-bit range inwards.
std::optional<EdfLimits> exact_limits(const StoredScale& scale, const std::string& unit, int lowest,
                                      int highest) {
  const double per_mv = units_per_mv(unit);
  std::optional<std::string> low, high;
  EdfLimits limits;
  limits.unit = unit;
  while (!(low = exact_column(physical_of(scale, per_mv, limits.digital_min), kExactScale))) {
    if (++limits.digital_min > lowest) return std::nullopt;
  }
  while (!(high = exact_column(physical_of(scale, per_mv, limits.digital_max), kExactScale))) {
    if (--limits.digital_max < highest) return std::nullopt;
  }
  if (limits.digital_min >= limits.digital_max) return std::nullopt;
  limits.physical_min = *low;
  limits.physical_max = *high;
  return limits;
}

/// The whole range with rounded limits; how far they are off, in counts, goes to `error_counts`.
std::optional<EdfLimits> rounded_limits(const StoredScale& scale, const std::string& unit,
                                        double& error_counts) {
  const double per_mv = units_per_mv(unit);
  const double low = physical_of(scale, per_mv, -32768), high = physical_of(scale, per_mv, 32767);
  const auto low_text = nearest_column(low), high_text = nearest_column(high);
  if (!low_text || !high_text) return std::nullopt;
  const double off = std::max(std::fabs(parse_number(*low_text).value_or(0) - low),
                              std::fabs(parse_number(*high_text).value_or(0) - high));
  error_counts = off / std::fabs(high - low) * 65535;
  return EdfLimits{-32768, 32767, *low_text, *high_text, unit};
}

/// A length of data records that is possible, and how well it suits.
struct Candidate {
  std::int64_t samples = 0;
  bool fills_up = true;    ///< the last record is not whole
  double from_second = 0;  ///< |log of the duration in seconds|
  std::string duration;

  bool better_than(const Candidate& other) const {
    if (other.samples == 0) return true;
    if (fills_up != other.fills_up) return !fills_up;
    return from_second < other.from_second;
  }
};

std::optional<Candidate> candidate_of(std::int64_t samples, std::int64_t sample_count,
                                      double rate_hz) {
  const double seconds = static_cast<double>(samples) / rate_hz;
  const auto text = exact_column(seconds, kExactRate);
  if (!text || parse_number(*text).value_or(0) <= 0) return std::nullopt;
  return Candidate{samples, sample_count % samples != 0, std::fabs(std::log(seconds)), *text};
}

}  // namespace

std::optional<EdfLimits> edf_limits(const StoredScale& scale, int lowest, int highest) {
  const bool is_ascii =
      std::all_of(scale.unit.begin(), scale.unit.end(), [](char c) { return c > ' ' && c < 127; });
  std::vector<std::string> units;
  if (is_ascii && scale.unit.size() <= kColumn) units.push_back(scale.unit);
  if (units_per_mv(scale.unit) > 0) {
    units.insert(units.end(), {"uV", "mV"});
  } else if (units.empty()) {
    units.emplace_back();  // a unit that the header cannot hold is not stated
  }
  for (const std::string& unit : units) {
    if (auto limits = exact_limits(scale, unit, lowest, highest)) return limits;
  }
  std::optional<EdfLimits> best;
  double best_error = 0.5;
  for (const std::string& unit : units) {
    double error = 0;
    auto limits = rounded_limits(scale, unit, error);
    if (!limits || error >= best_error) continue;
    best = std::move(limits);
    best_error = error;
  }
  return best;
}

std::optional<EdfRecords> edf_records(std::int64_t sample_count, double sampling_rate_hz,
                                      std::int64_t lead_count) {
  constexpr std::int64_t kRecommendedBytes = 61440, kMostBytes = 8 << 20;
  const std::int64_t most = std::max<std::int64_t>(1, kRecommendedBytes / (2 * lead_count));
  const double tenth_of_second = std::min(std::ceil(0.1 * sampling_rate_hz), 1e9);
  Candidate best;
  for (std::int64_t samples =
           std::min({static_cast<std::int64_t>(tenth_of_second), most, sample_count});
       samples <= std::min(most, sample_count); ++samples) {
    const auto one = candidate_of(samples, sample_count, sampling_rate_hz);
    if (one && one->better_than(best)) best = *one;
  }
  if (best.fills_up && sample_count <= kMostBytes / (2 * lead_count)) {
    const auto whole = candidate_of(sample_count, sample_count, sampling_rate_hz);
    if (whole && whole->better_than(best)) best = *whole;
  }
  // Short recordings of rates such as 360 Hz, which need a multiple of 9 samples.
  for (std::int64_t samples = sample_count; best.samples == 0 && samples <= most; ++samples) {
    if (const auto one = candidate_of(samples, sample_count, sampling_rate_hz)) best = *one;
  }
  if (best.samples == 0) return std::nullopt;
  return EdfRecords{best.samples, (sample_count + best.samples - 1) / best.samples, best.duration};
}

}  // namespace ecg
