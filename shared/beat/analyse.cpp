#include "beat/analyse.h"

#include <algorithm>
#include <array>
#include <string>

#include "beat/r_peaks.h"
#include "dsp/baseline.h"

namespace ecg {
namespace {

constexpr std::size_t kLeadsToSort = 4;  // beats are sorted by their shape in so many leads
constexpr std::array<Lead, 4> kDerived = {Lead::kIII, Lead::kAvr, Lead::kAvl, Lead::kAvf};

Signal copy_of(SignalView signal) {
  Signal copy({signal.leads.begin(), signal.leads.end()}, signal.sample_count,
              signal.sampling_rate_hz);
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    const auto from = signal.lead(row);
    std::copy(from.begin(), from.end(), copy.lead(row).begin());
  }
  return copy;
}

Result<std::vector<std::size_t>> usable_of(std::span<const std::size_t> asked,
                                           const Quality& quality) {
  if (asked.empty()) return quality.usable_rows;
  std::vector<std::size_t> rows;
  for (const std::size_t row : asked) {
    if (row >= quality.leads.size()) {
      return Error{ErrorCode::kInvalidArgument,
                   "row " + std::to_string(row) + " of a signal with " +
                       std::to_string(quality.leads.size()) + " leads",
                   "rows count from 0",
                   {},
                   {}};
    }
    if (quality.leads[row].verdict != QualityVerdict::kUnusable) rows.push_back(row);
  }
  return rows;
}

bool any_has(const Quality& quality, const std::vector<std::size_t>& rows, QualityFault fault) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](std::size_t row) { return quality.leads[row].has(fault); });
}

/// Rows without the limb leads that follow from I and II, where both are among them.
std::vector<std::size_t> independent(SignalView signal, const std::vector<std::size_t>& rows) {
  const auto among = [&](Lead lead) {
    return std::any_of(rows.begin(), rows.end(),
                       [&](std::size_t row) { return signal.leads[row].lead == lead; });
  };
  if (!among(Lead::kI) || !among(Lead::kII)) return rows;
  std::vector<std::size_t> kept;
  for (const std::size_t row : rows) {
    const Lead lead = signal.leads[row].lead;
    if (std::find(kDerived.begin(), kDerived.end(), lead) == kDerived.end()) kept.push_back(row);
  }
  return kept;
}

/// The rows with the largest beats.
std::vector<std::size_t> largest(const Quality& quality, std::vector<std::size_t> rows) {
  std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
    return quality.leads[a].beat_mv > quality.leads[b].beat_mv;
  });
  rows.resize(std::min(rows.size(), kLeadsToSort));
  return rows;
}

/// Marks that say nothing was looked for.
Delineation no_marks(SignalView signal) {
  Delineation none;
  none.leads.resize(signal.lead_count);
  return none;
}

/// R peaks, marks and classes, from a signal without hum and wander.
Result<void> find_beats(SignalView clean, const AnalysisOptions& options, Analysis& analysis) {
  const auto rows = independent(clean, analysis.rows);
  if (options.r_peaks) {
    analysis.r_peaks = *options.r_peaks;
  } else {
    auto found = find_r_peaks(clean, {.rows = rows});
    if (!found) return found.error();
    analysis.r_peaks = std::move(found).value();
  }
  DelineationOptions how;
  how.rows = analysis.rows;
  auto marks = delineate(clean, analysis.r_peaks, how);
  if (!marks) return marks.error();
  analysis.delineation = std::move(marks).value();
  const auto few = largest(analysis.quality, rows);
  auto beats = cluster_beats(clean, analysis.r_peaks, {.rows = few});
  if (!beats) return beats.error();
  analysis.beats = std::move(beats).value();
  return {};
}

Result<void> measure_beats(SignalView signal, Analysis& analysis) {
  auto measured =
      measure({signal, &analysis.delineation, analysis.beats.classes, &analysis.quality});
  if (!measured) return measured.error();
  analysis.measurements = std::move(measured->measurements);
  analysis.median = std::move(measured->median);
  analysis.median_marks = measured->marks;
  auto rr = rr_intervals(analysis.r_peaks, analysis.beats.classes, signal.sampling_rate_hz);
  if (!rr) return rr.error();
  analysis.rr = std::move(rr).value();
  const auto hrv = heart_rate_variability(analysis.rr);
  if (hrv) analysis.hrv = *hrv;  // too few intervals are no error of the recording
  return {};
}

/// Only where every lead is usable, but for a flat II or III: that itself tells.
void suspect_swap(SignalView signal, Analysis& analysis) {
  if (!analysis.median) return;
  bool flat = false;
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    const Lead lead = signal.leads[row].lead;
    if (analysis.quality.leads[row].verdict != QualityVerdict::kUnusable) continue;
    if (lead == Lead::kII || lead == Lead::kIII) {
      flat = true;
    } else if (lead <= Lead::kV6) {
      return;
    }
  }
  const auto swap = suspect_electrode_swap(*analysis.median, analysis.median_marks);
  if (!swap || !*swap) return;  // leads or waves that are not there are no error
  const bool by_flatness = !(*swap)->parts[1].has_value();
  if (!flat || by_flatness) analysis.swap = *swap;
}

}  // namespace

Result<Analysis> analyse(SignalView signal, const AnalysisOptions& options) {
  auto quality = assess_quality(signal, options.quality);
  if (!quality) return quality.error();
  auto rows = usable_of(options.rows, *quality);
  if (!rows) return rows.error();
  Analysis analysis;
  analysis.quality = std::move(quality).value();
  analysis.rows = std::move(rows).value();
  analysis.delineation = no_marks(signal);
  Signal quiet, level;  // without hum; without wander, too
  SignalView clean = signal;
  if (any_has(analysis.quality, analysis.rows, QualityFault::kMains)) {
    quiet = copy_of(signal);
    auto mains = remove_mains(quiet);
    if (!mains) return mains.error();
    analysis.mains = std::move(mains).value();
    clean = signal = quiet;
  }
  if (any_has(analysis.quality, analysis.rows, QualityFault::kBaseline)) {
    level = copy_of(signal);
    const auto removed = remove_baseline(level);
    if (!removed) return removed.error();
    analysis.baseline_removed = true;
    clean = level;
  }
  if (!analysis.rows.empty()) {
    const auto found = find_beats(clean, options, analysis);
    if (!found) return found.error();
  }
  const auto measured = measure_beats(signal, analysis);
  if (!measured) return measured.error();
  suspect_swap(signal, analysis);
  return analysis;
}

}  // namespace ecg
