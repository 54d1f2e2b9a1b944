#include "io/recording_checks.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>

#include "io/calibration_pulse.h"
#include "io/units.h"

namespace ecg {
namespace {

constexpr double kLargestPlausibleMv = 20;
constexpr double kSmallestPlausibleRange_mv = 0.05;
constexpr double kSurelyABeat_s = 2;
constexpr double kClippedRun_s = 0.04;
constexpr double kClippedRange_mv = 0.5;
constexpr double kSmallestTolerance_mv = 0.02;

std::string text_of_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::string names_of(const Signal& signal, const std::vector<std::size_t>& rows) {
  std::string names;
  for (const std::size_t row : rows)
    names += (names.empty() ? "" : ", ") + std::string(display_name(signal.leads()[row]));
  return names;
}

/// a + b x first + c x second must be 0: the form of every limb-lead identity.
struct Identity {
  Lead lead, first, second;
  double b, c;
};

constexpr Identity kIdentities[] = {
    {Lead::kIII, Lead::kII, Lead::kI, -1, 1},        // III = II - I
    {Lead::kAvr, Lead::kI, Lead::kII, 0.5, 0.5},     // aVR = -(I + II) / 2
    {Lead::kAvl, Lead::kI, Lead::kIII, -0.5, 0.5},   // aVL = (I - III) / 2
    {Lead::kAvf, Lead::kII, Lead::kIII, -0.5, -0.5}  // aVF = (II + III) / 2
};

/// What turns a stored sample into the value that is compared: mV, or the digital count.
struct Digits {
  double scale = 1;
  double offset = 0;
};

/// Largest |residual| of one identity; nullopt if a lead is absent or no sample has all three.
std::optional<double> residual(const Signal& signal, const Identity& identity,
                               std::span<const Digits> digits) {
  const auto a = signal.find(identity.lead), b = signal.find(identity.first),
             c = signal.find(identity.second);
  if (!a || !b || !c) return std::nullopt;
  const auto value = [&](std::size_t row, std::size_t i) {
    const Digits d = digits.empty() ? Digits{} : digits[row];
    return static_cast<double>(signal.lead(row)[i]) * d.scale + d.offset;
  };
  std::optional<double> worst;
  for (std::size_t i = 0; i < static_cast<std::size_t>(signal.sample_count()); ++i) {
    const double sum = value(*a, i) + identity.b * value(*b, i) + identity.c * value(*c, i);
    if (!std::isnan(sum)) worst = std::max(worst.value_or(0), std::abs(sum));
  }
  return worst;
}

std::optional<double> largest_residual(const Signal& signal, std::span<const Digits> digits) {
  std::optional<double> worst;
  for (const Identity& identity : kIdentities) {
    const auto one = residual(signal, identity, digits);
    if (one) worst = std::max(worst.value_or(0), *one);
  }
  return worst;
}

/// Rounding alone may leave up to two counts.
double tolerance_mv(const Recording& recording) {
  double tolerance = kSmallestTolerance_mv;
  for (const Calibration& calibration : recording.calibrations) {
    if (calibration.counts_per_mv != 0)
      tolerance = std::max(tolerance, 2.01 / std::abs(calibration.counts_per_mv));
  }
  return tolerance;
}

/// True if the stored counts obey the identities although the calibrated values do not.
bool counts_obey(const Recording& recording) {
  std::vector<Digits> digits;
  for (const Calibration& calibration : recording.calibrations) {
    if (calibration.counts_per_mv == 0) return false;  // not known
    digits.push_back({calibration.counts_per_mv, calibration.baseline});
  }
  if (digits.size() != recording.signal.lead_count()) return false;
  const auto worst = largest_residual(recording.signal, digits);
  return worst && *worst <= 2.01;
}

void check_limb_leads(const Recording& recording, RecordingChecks& checks) {
  checks.limb_lead_residual_mv = largest_residual(recording.signal, {});
  if (!checks.limb_lead_residual_mv || *checks.limb_lead_residual_mv <= tolerance_mv(recording))
    return;
  std::string warning = "The limb leads contradict each other by up to " +
                        text_of_number(*checks.limb_lead_residual_mv) +
                        " mV (III = II - I and the like)";
  warning +=
      counts_obey(recording)
          ? "; their stored integers agree, so the gains or baselines in the file are doubtful."
          : "; a lead may be swapped, damaged or filtered differently.";
  checks.warnings.push_back(std::move(warning));
}

struct LeadFacts {
  float low = 0, high = 0;
  SampleIndex missing = 0;
  SampleIndex longest_run = 0;  ///< of consecutive samples at the lowest or highest value
  bool any = false;
};

LeadFacts facts_of(std::span<const float> values) {
  LeadFacts facts;
  for (const float value : values) {
    if (std::isnan(value)) {
      ++facts.missing;
    } else if (!facts.any) {
      facts.low = facts.high = value;
      facts.any = true;
    } else {
      facts.low = std::min(facts.low, value);
      facts.high = std::max(facts.high, value);
    }
  }
  SampleIndex run = 0;
  float before = 0;
  for (const float value : values) {
    const bool extreme = value == facts.low || value == facts.high;
    run = extreme ? (run > 0 && value == before ? run + 1 : 1) : 0;
    before = value;
    facts.longest_run = std::max(facts.longest_run, run);
  }
  return facts;
}

/// True if the span of the lead, in counts, is more than its stated bits can tell apart.
bool exceeds_bits(double range_mv, const Calibration& calibration) {
  const int bits = calibration.resolution_bits;
  if (bits <= 0 || bits > 32) return false;
  return range_mv * std::abs(calibration.counts_per_mv) > std::ldexp(1.0, bits);
}

void check_leads(const Recording& recording, bool in_mv, RecordingChecks& checks) {
  const Signal& signal = recording.signal;
  std::vector<std::size_t> implausible, beyond_bits;
  double largest_range = 0;
  const double clipped_run = std::max(5.0, kClippedRun_s * signal.sampling_rate_hz());
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    const LeadFacts facts = facts_of(signal.lead(row));
    checks.missing_samples += facts.missing;
    if (!facts.any || facts.low == facts.high) {
      checks.flat_leads.push_back(row);
      continue;
    }
    const double range = static_cast<double>(facts.high) - static_cast<double>(facts.low);
    if (in_mv && range > kClippedRange_mv && static_cast<double>(facts.longest_run) >= clipped_run)
      checks.clipped_leads.push_back(row);
    if (in_mv && std::max(std::abs(facts.low), std::abs(facts.high)) > kLargestPlausibleMv)
      implausible.push_back(row);
    if (row < recording.calibrations.size() && exceeds_bits(range, recording.calibrations[row]))
      beyond_bits.push_back(row);
    largest_range = std::max(largest_range, range);
  }
  const auto warn = [&](const std::vector<std::size_t>& rows, const std::string& what) {
    if (!rows.empty()) checks.warnings.push_back(what + names_of(signal, rows) + ".");
  };
  warn(checks.flat_leads, "Flat or empty (electrode off, or not recorded): ");
  warn(checks.clipped_leads, "Clipped at the end of its range for 40 ms or more: ");
  warn(implausible, "More than 20 mV, too large for a surface ECG: ");
  warn(beyond_bits, "More counts than the bits that the file states allow: ");
  const bool holds_a_beat = signal.duration_s() >= kSurelyABeat_s;
  if (in_mv && holds_a_beat && largest_range > 0 && largest_range < kSmallestPlausibleRange_mv)
    checks.warnings.push_back("No lead deflects by more than " + text_of_number(largest_range) +
                              " mV: the unit or gain in the file is doubtful.");
}

/// Two leads of one name may be one lead stored twice, or a wrong name.
void check_names(const Signal& signal, RecordingChecks& checks) {
  std::vector<std::size_t> repeated;
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    const Lead lead = signal.leads()[row].lead;
    if (lead != Lead::kOther && *signal.find(lead) != row) repeated.push_back(row);
  }
  if (!repeated.empty())
    checks.warnings.push_back("There more than once: " + names_of(signal, repeated) + ".");
}

bool is_in_mv(const Recording& recording) {
  return recording.calibrations.empty() || units_per_mv(recording.calibrations.front().unit) > 0;
}

}  // namespace

RecordingChecks check_recording(const Recording& recording) {
  RecordingChecks checks;
  const Signal& signal = recording.signal;
  const bool in_mv = is_in_mv(recording);
  if (in_mv) check_limb_leads(recording, checks);
  check_leads(recording, in_mv, checks);
  check_names(signal, checks);
  if (calibration_pulse_begin(signal))
    checks.warnings.push_back("Every lead ends with a calibration pulse, which is no ECG.");
  if (checks.missing_samples > 0) {
    const double share = 100.0 * static_cast<double>(checks.missing_samples) /
                         static_cast<double>(signal.values().size());
    const std::string what = checks.missing_samples == 1 ? " sample is" : " samples are";
    checks.warnings.push_back(std::to_string(checks.missing_samples) + what + " missing (" +
                              text_of_number(share) + " %).");
  }
  if (signal.sampling_rate_hz() > 0 &&
      (signal.sampling_rate_hz() < 50 || signal.sampling_rate_hz() > 32000)) {
    checks.warnings.push_back("A sampling rate of " + text_of_number(signal.sampling_rate_hz()) +
                              " Hz is unusual for an ECG.");
  }
  return checks;
}

}  // namespace ecg
