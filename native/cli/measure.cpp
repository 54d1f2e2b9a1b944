// einthoven beats and einthoven measure: heartbeats, and what a reader measures in an ECG.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/analysis_json.h"
#include "cli/cli_error.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/read_flags.h"
#include "cli/recording_json.h"

namespace ecg::cli {
namespace {

struct Options {
  std::string file;
  std::optional<std::string> lead;
  ReadOptions read;
  bool json = false;
};

/// Rows of the lead asked for; empty = all.
std::vector<std::size_t> rows_of(const Recording& recording, const Options& options) {
  if (!options.lead) return {};
  const auto leads = recording.signal.leads();
  const Lead standard = lead_from_name(*options.lead);
  std::string names;
  for (std::size_t row = 0; row < leads.size(); ++row) {
    const bool same_lead = standard != Lead::kOther && leads[row].lead == standard;
    if (same_lead || leads[row].name == *options.lead) return {row};
    names += (row > 0 ? ", " : "") + std::string(display_name(leads[row]));
  }
  throw CliError({ErrorCode::kNotFound, "there is no lead " + *options.lead,
                  "the recording has " + names, options.file, std::nullopt});
}

Analysis analysis_of(const Recording& recording, const Options& options) {
  const auto rows = rows_of(recording, options);
  AnalysisOptions how;
  how.rows = rows;
  auto analysis = analyse(recording.signal, how);
  if (!analysis) {
    Error error = std::move(analysis).error();
    error.file = options.file;
    throw CliError(std::move(error));
  }
  return std::move(analysis).value();
}

/// A number as printed, without a "-0".
double printable(double value, int decimals) {
  const double steps = decimals == 0 ? 1 : 100;
  return std::round(value * steps) / steps + 0.0;
}

void print_line(const char* name, const Measured& measured, const char* unit, int decimals = 0) {
  if (measured) {
    std::printf("  %-18s %8.*f %s\n", name, decimals, printable(*measured, decimals), unit);
  } else {
    const std::string_view why = reason_sentence(measured);
    std::printf("  %-18s %8s   %.*s\n", name, "-", static_cast<int>(why.size()), why.data());
  }
}

/// What is wrong with a lead; empty if nothing is.
std::string complaint(const LeadQuality& lead) {
  if (lead.verdict == QualityVerdict::kGood) return {};
  std::string text = std::string(quality_verdict_name(lead.verdict)) + ".";
  for (std::size_t i = 0; i < kQualityFaultCount; ++i) {
    if (lead.faults[i]) {
      text += " " + std::string(quality_fault_sentence(static_cast<QualityFault>(i)));
    }
  }
  return text;
}

/// What is wrong with the leads: those with the same complaint together.
void print_quality(const Recording& recording, const Quality& quality) {
  const std::string_view verdict = quality_verdict_name(quality.verdict);
  std::printf("  %-18s %8.*s\n", "quality", static_cast<int>(verdict.size()), verdict.data());
  std::vector<std::pair<std::string, std::string>> complaints;  // text, leads
  for (std::size_t row = 0; row < quality.leads.size(); ++row) {
    const std::string text = complaint(quality.leads[row]);
    if (text.empty()) continue;
    const std::string name(display_name(recording.signal.leads()[row]));
    const auto same = std::find_if(complaints.begin(), complaints.end(),
                                   [&text](const auto& one) { return one.first == text; });
    if (same == complaints.end()) {
      complaints.emplace_back(text, name);
    } else {
      same->second += ", " + name;
    }
  }
  for (const auto& [text, leads] : complaints) {
    std::printf("    %s: %s\n", leads.c_str(), text.c_str());
  }
}

void print_removed(const Analysis& analysis) {
  if (analysis.mains) {
    std::printf("  %-18s %8.2f Hz, taken away before measuring\n", "mains hum",
                analysis.mains->frequency_hz);
  }
  if (analysis.baseline_removed) {
    std::printf("  %-18s          taken away to find waves; amplitudes are measured without that\n",
                "baseline wander");
  }
}

void print_hrv(const std::optional<Hrv>& hrv) {
  if (!hrv) return;
  std::printf("  %-18s %8.0f ms   RMSSD %.0f ms, pNN50 %.0f %%, over %zu NN intervals\n", "SDNN",
              hrv->sdnn_ms, hrv->rmssd_ms, hrv->pnn50_percent, hrv->nn_count);
  if (hrv->lf_ms2 && hrv->hf_ms2 && hrv->lf_hf) {
    std::printf("  %-18s %8.2f      LF %.0f ms2, HF %.0f ms2\n", "LF/HF", *hrv->lf_hf, *hrv->lf_ms2,
                *hrv->hf_ms2);
  }
}

void print_head(const Recording& recording) {
  std::printf("%s\n\n%s, %.1f s at %g Hz\n", kNotForDiagnosis, recording.info.record_name.c_str(),
              recording.signal.duration_s(), recording.signal.sampling_rate_hz());
}

void print_beats(const Recording& recording, const Analysis& analysis) {
  print_head(recording);
  const BeatClusters& beats = analysis.beats;
  std::printf("  %-18s %8zu   %zu normal, %zu ventricular, %zu other\n", "beats",
              analysis.r_peaks.size(), beats.count(BeatClass::kNormal),
              beats.count(BeatClass::kVentricular), beats.count(BeatClass::kOther));
  print_line("heart rate", analysis.measurements.heart_rate_bpm, "per minute");
  print_hrv(analysis.hrv);
  print_removed(analysis);
  print_quality(recording, analysis.quality);
  std::printf("\n  %10s %10s %9s  %s\n", "R peak", "time s", "RR ms", "class");
  const double rate_hz = recording.signal.sampling_rate_hz();
  for (std::size_t i = 0; i < analysis.r_peaks.size(); ++i) {
    const std::string_view name = beat_class_name(beats.classes[i]);
    std::printf("  %10lld %10.3f ", static_cast<long long>(analysis.r_peaks[i]),
                static_cast<double>(analysis.r_peaks[i]) / rate_hz);
    i > 0 ? std::printf("%9.0f", analysis.rr[i - 1].rr_ms) : std::printf("%9s", "");
    std::printf("  %.*s\n", static_cast<int>(name.size()), name.data());
  }
}

void print_qtc(const Measurements& m) {
  if (!m.qtc) {
    print_line("QTc", m.qt_ms ? m.rr_ms : m.qt_ms, "");
    return;
  }
  print_line("QTc Fridericia", m.qtc->fridericia_ms, "ms");
  std::printf("  %-18s          Bazett %.0f, Framingham %.0f, Hodges %.0f ms\n", "",
              m.qtc->bazett_ms, m.qtc->framingham_ms, m.qtc->hodges_ms);
}

void print_amplitude(const Measured& measured) {
  measured ? std::printf(" %7.2f", printable(*measured, 2)) : std::printf(" %7s", "-");
}

/// The table of amplitudes, one row per lead.
void print_amplitudes(const Recording& recording, const Measurements& m) {
  std::printf("\n  %-8s %7s %7s %7s %7s %7s %7s %7s %7s %7s   mV\n", "lead", "P", "Q", "R", "S",
              "ST J", "J+40", "J+60", "J+80", "T");
  for (std::size_t row = 0; row < m.leads.size(); ++row) {
    const LeadAmplitudes& lead = m.leads[row];
    const std::string name(display_name(recording.signal.leads()[row]));
    std::printf("  %-8s", name.c_str());
    for (const Measured& one : {lead.p_mv, lead.q_mv, lead.r_mv, lead.s_mv, lead.st_j_mv,
                                lead.st_40_mv, lead.st_60_mv, lead.st_80_mv, lead.t_mv}) {
      print_amplitude(one);
    }
    std::printf("\n");
  }
}

void print_measurements(const Recording& recording, const Analysis& analysis) {
  const Measurements& m = analysis.measurements;
  print_head(recording);
  print_line("heart rate", m.heart_rate_bpm, "per minute");
  print_line("RR", m.rr_ms, "ms");
  print_line("P", m.p_ms, "ms");
  print_line("PR", m.pr_ms, "ms");
  print_line("QRS", m.qrs_ms, "ms");
  print_line("QT", m.qt_ms, "ms");
  print_qtc(m);
  print_line("axis P", m.axis.p_deg, "deg");
  print_line("axis QRS", m.axis.qrs_deg, "deg");
  print_line("axis T", m.axis.t_deg, "deg");
  print_line("Sokolow-Lyon", m.sokolow_lyon_mv, "mV", 2);
  print_line("Cornell", m.cornell_mv, "mV", 2);
  print_line("QRS-T angle", m.vector.qrs_t_angle_deg, "deg");
  for (const MeasureWarning warning : m.warnings) {
    const std::string_view sentence = measure_warning_sentence(warning);
    std::printf("  %-18s %.*s\n", "warning", static_cast<int>(sentence.size()), sentence.data());
  }
  if (analysis.swap) {
    const std::string_view sentence = electrode_swap_sentence(analysis.swap->swap);
    std::printf("  %-18s %.*s\n", "electrodes", static_cast<int>(sentence.size()), sentence.data());
  }
  print_removed(analysis);
  print_quality(recording, analysis.quality);
  print_amplitudes(recording, m);
}

void run_beats(const Options& options) {
  const Recording recording = load_recording(options.file, options.read);
  const Analysis analysis = analysis_of(recording, options);
  if (!options.json) return print_beats(recording, analysis);
  std::fputs(text_from_json(json_from_beats(recording, analysis, options.lead)).c_str(), stdout);
}

void run_measure(const Options& options) {
  const Recording recording = load_recording(options.file, options.read);
  const Analysis analysis = analysis_of(recording, options);
  if (!options.json) return print_measurements(recording, analysis);
  std::fputs(text_from_json(json_from_measurements(recording, analysis)).c_str(), stdout);
}

std::shared_ptr<Options> add_options(CLI::App* command) {
  auto options = std::make_shared<Options>();
  command
      ->add_option("FILE", options->file,
                   "An ECG file. For a WFDB record name its header (.hea); its signal files are "
                   "found beside it")
      ->required();
  command->add_flag("--json", options->json, "Print one JSON object instead of text");
  add_read_flags(*command, options->read);
  return options;
}

}  // namespace

void add_beats(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "beats", "Find the heartbeats: R peaks, kind of beat, rate and its variability");
  const auto options = add_options(command);
  command->add_option("--lead", options->lead, "Look in this lead only (all usable ones)");
  command->callback([options] { run_beats(*options); });
}

void add_measure(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "measure",
      "Measure intervals, QTc, axes and amplitudes; what was not found is told with the reason");
  const auto options = add_options(command);
  command->callback([options] { run_measure(*options); });
}

}  // namespace ecg::cli
