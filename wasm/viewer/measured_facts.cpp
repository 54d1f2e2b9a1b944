#include "viewer/measured_facts.h"

#include <algorithm>
#include <cmath>

#include "viewer/texts.h"

namespace ecg {
namespace {

MeasuredFact fact(std::string name, const Measured& measured, int decimals, const char* unit,
                  std::string explanation) {
  if (!measured)
    return {std::move(name), "not found", std::string(reason_sentence(measured)), false};
  return {std::move(name), number_text(*measured, decimals) + unit, std::move(explanation), true};
}

MeasuredFact corrected_qt(const Measurements& m) {
  if (!m.qtc) {
    const Measured& missing = m.qt_ms ? m.rr_ms : m.qt_ms;
    return {"QTc", "not found", std::string(reason_sentence(missing)), false};
  }
  const auto ms = [](double value) { return number_text(value, 0) + " ms"; };
  return {"QTc", ms(m.qtc->fridericia_ms),
          "Fridericia. Bazett " + ms(m.qtc->bazett_ms) + ", Framingham " +
              ms(m.qtc->framingham_ms) + ", Hodges " + ms(m.qtc->hodges_ms) + ".",
          true};
}

MeasuredFact beats(const Analysis& analysis) {
  const auto count = analysis.r_peaks.size();
  std::string value = std::to_string(count);
  const auto& classes = analysis.beats.classes;
  const auto ventricular = std::count(classes.begin(), classes.end(), BeatClass::kVentricular);
  if (ventricular > 0) value += ", " + std::to_string(ventricular) + " look ventricular";
  return {"Beats", value, "Ventricular by shape and timing; left out of the intervals.", count > 0};
}

Signal beginning_of(const Signal& signal, SampleIndex samples) {
  const std::vector<LeadLabel> leads(signal.leads().begin(), signal.leads().end());
  Signal part(leads, samples, signal.sampling_rate_hz());
  for (std::size_t lead = 0; lead < leads.size(); ++lead) {
    const auto from = signal.lead(lead).first(static_cast<std::size_t>(samples));
    std::copy(from.begin(), from.end(), part.lead(lead).begin());
  }
  return part;
}

}  // namespace

std::optional<MeasuredHere> measure_here(const Signal& signal) {
  const auto longest =
      static_cast<SampleIndex>(std::llround(kMeasured_s * signal.sampling_rate_hz()));
  if (signal.sample_count() == 0) return std::nullopt;
  const bool whole = signal.sample_count() <= longest;
  auto analysis = whole ? analyse(signal) : analyse(beginning_of(signal, longest));
  if (!analysis) return std::nullopt;
  return MeasuredHere{std::move(*analysis), std::min(signal.duration_s(), kMeasured_s)};
}

std::vector<MeasuredFact> measured_facts(const MeasuredHere& measured) {
  const Measurements& m = measured.analysis.measurements;
  const auto axis = [](std::string name, const Measured& value) {
    return fact(std::move(name), value, 0, "\u00b0", "Frontal axis from the areas in I and aVF.");
  };
  return {
      beats(measured.analysis),
      fact("Rate", m.heart_rate_bpm, 0, " /min", "60 s / mean RR interval of all beats."),
      fact("RR", m.rr_ms, 0, " ms", "Median over the normal beats."),
      fact("P", m.p_ms, 0, " ms", "Onset to offset over all leads, median over the normal beats."),
      fact("PR", m.pr_ms, 0, " ms", "P onset to QRS onset, median over the normal beats."),
      fact("QRS", m.qrs_ms, 0, " ms",
           "Earliest onset to latest offset, median over the normal beats."),
      fact("QT", m.qt_ms, 0, " ms", "QRS onset to T end, median over the normal beats."),
      corrected_qt(m),
      axis("P axis", m.axis.p_deg),
      axis("QRS axis", m.axis.qrs_deg),
      axis("T axis", m.axis.t_deg),
  };
}

std::vector<std::string> measured_doubts(const MeasuredHere& measured, const Signal& signal) {
  std::vector<std::string> doubts;
  for (const MeasureWarning warning : measured.analysis.measurements.warnings)
    doubts.emplace_back(measure_warning_sentence(warning));
  const auto& leads = measured.analysis.quality.leads;
  std::string unusable;
  for (std::size_t row = 0; row < leads.size(); ++row) {
    if (leads[row].verdict != QualityVerdict::kUnusable) continue;
    unusable += (unusable.empty() ? "" : ", ") + std::string(display_name(signal.leads()[row]));
  }
  if (!unusable.empty()) doubts.push_back("Too bad to measure: " + unusable + ".");
  return doubts;
}

}  // namespace ecg
