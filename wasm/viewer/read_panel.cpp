// The panel of the current mode: its frame, and what Read mode says about the file.

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "viewer/actions.h"
#include "viewer/panels.h"
#include "viewer/texts.h"
#include "viewer/theme.h"
#include "viewer/widgets.h"

namespace ecg {
namespace {

constexpr float kInset = 16;

std::string lead_list(const Signal& signal) {
  std::string text;
  for (const LeadLabel& lead : signal.leads()) {
    if (!text.empty()) text += ", ";
    text += display_name(lead);
  }
  return text;
}

/// The one resolution of all leads, or the coarsest.
std::string resolution_text(const Recording& recording) {
  double coarsest_uv = 0;
  bool equal = true;
  for (const Calibration& calibration : recording.calibrations) {
    if (calibration.counts_per_mv <= 0) return {};
    const double step_uv = 1000 / calibration.counts_per_mv;
    equal = equal && (coarsest_uv == 0 || step_uv == coarsest_uv);
    coarsest_uv = std::max(coarsest_uv, step_uv);
  }
  if (coarsest_uv == 0) return {};
  return (equal ? "" : "up to ") + number_text(coarsest_uv, 3) + " \u00b5V per step";
}

void show_file_facts(const OpenRecording& opened) {
  const Recording& recording = opened.recording;
  const Signal& signal = recording.signal;
  widgets::heading(opened.example ? "Example" : "File");
  if (opened.example) {
    widgets::paragraph(
        "Made by the simulator, so that you can look around. No person was recorded.",
        theme::kSecondary);
  }
  if (!opened.example) widgets::fact("Record", sheet_title(opened));
  widgets::fact("Format", recording.info.source_format);
  widgets::fact("Leads", lead_list(signal));
  widgets::fact("Duration", duration_text(signal.duration_s()));
  widgets::fact("Sampling",
                number_text(signal.sampling_rate_hz(), 2) + " Hz, " +
                    std::to_string(signal.sample_count()) + " samples",
                "Samples per lead");
  const std::string resolution = resolution_text(recording);
  if (!resolution.empty()) widgets::fact("Resolution", resolution, "Amplitude of one digital step");
  if (!recording.annotations.empty()) {
    widgets::fact("Annotations", std::to_string(recording.annotations.size()),
                  "Marks in the file: beats, waves, notes");
  }
}

void show_patient_facts(const OpenRecording& opened) {
  const RecordingInfo& info = opened.recording.info;
  const Identity& identity = info.identity;
  const bool any = info.age_years || info.sex || info.patient_id || info.start_time ||
                   info.device || identity.patient_name || identity.birth_date;
  if (!any) return;
  widgets::divider();
  widgets::heading(opened.example ? "As simulated" : "As the file says");
  if (identity.patient_name) widgets::fact("Name", *identity.patient_name);
  if (info.patient_id && !opened.example) widgets::fact("Patient", *info.patient_id);
  if (identity.birth_date) widgets::fact("Born", *identity.birth_date);
  if (info.age_years) widgets::fact("Age", number_text(*info.age_years, 1) + " years");
  if (info.sex) widgets::fact("Sex", *info.sex);
  if (info.start_time) widgets::fact("Recorded", *info.start_time);
  if (info.device) widgets::fact("Device", *info.device);
}

/// Signals that the file keeps beside the main one (median beats, other rates).
void show_groups(const Recording& recording) {
  if (recording.groups.empty()) return;
  widgets::divider();
  widgets::heading("Also in the file");
  for (const SignalGroup& group : recording.groups) {
    widgets::fact(group.name, std::to_string(group.signal.lead_count()) + " leads, " +
                                  number_text(group.signal.sampling_rate_hz(), 2) + " Hz, " +
                                  duration_text(group.signal.duration_s()));
  }
}

/// Names of what was not found under one sentence each that says why: nobody can hover on a phone.
void show_not_found(const std::vector<MeasuredFact>& facts) {
  std::vector<std::pair<std::string, std::string>> names_by_reason;
  for (const MeasuredFact& fact : facts) {
    if (fact.found) continue;
    auto known = std::find_if(names_by_reason.begin(), names_by_reason.end(),
                              [&](const auto& group) { return group.first == fact.explanation; });
    if (known == names_by_reason.end())
      known = names_by_reason.insert(known, {fact.explanation, "Not found: "});
    else
      known->second += ", ";
    known->second += fact.name;
  }
  for (const auto& [reason, names] : names_by_reason) {
    widgets::paragraph(names + ". " + reason, theme::kSecondary);
  }
}

/// What Einthoven measured itself, and why it may be doubtful.
void show_measured(const OpenRecording& opened) {
  if (!opened.measured) return;
  widgets::divider();
  widgets::heading("Measured here");
  const auto facts = measured_facts(*opened.measured);
  for (const MeasuredFact& fact : facts) {
    if (fact.found) widgets::fact(fact.name, fact.value, fact.explanation);
  }
  show_not_found(facts);
  const auto doubts = measured_doubts(*opened.measured, opened.recording.signal);
  if (!doubts.empty()) widgets::gap();
  for (const std::string& doubt : doubts) {
    widgets::notice(doubt, theme::kWarning, theme::kWarningSoft);
  }
  const bool part = opened.measured->duration_s < opened.recording.signal.duration_s();
  widgets::paragraph(part ? "From the first minute. Not a diagnosis: check against the paper."
                          : "Not a diagnosis: check against the paper.",
                     theme::kSecondary, theme::Text::kSmall);
}

/// Values that the recording device stated; Einthoven did not compute them.
void show_measurements(const std::vector<FileMeasurement>& measurements) {
  if (measurements.empty()) return;
  constexpr std::size_t kMost = 16;
  widgets::divider();
  widgets::heading("Measurements from the file");
  for (std::size_t i = 0; i < std::min(measurements.size(), kMost); ++i) {
    const FileMeasurement& measurement = measurements[i];
    widgets::fact(measurement.name, number_text(measurement.value, 3) + " " + measurement.unit);
  }
  if (measurements.size() > kMost) {
    widgets::paragraph("and " + std::to_string(measurements.size() - kMost) + " more",
                       theme::kSecondary);
  }
}

void show_lines(std::string_view title, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  constexpr std::size_t kMost = 12;
  widgets::divider();
  widgets::heading(title);
  for (std::size_t i = 0; i < std::min(lines.size(), kMost); ++i) widgets::paragraph(lines[i]);
  if (lines.size() > kMost) {
    widgets::paragraph("and " + std::to_string(lines.size() - kMost) + " more lines",
                       theme::kSecondary);
  }
}

void show_checks(const OpenRecording& opened) {
  const RecordingChecks& checks = opened.checks;
  widgets::divider();
  widgets::heading("Checks");
  if (checks.limb_lead_residual_mv) {
    const std::string text =
        "fit within " + number_text(*checks.limb_lead_residual_mv * 1000, 1) + " \u00b5V";
    widgets::fact("Limb leads", text,
                  "Einthoven and Goldberger: III = II \u2212 I, aVR = \u2212(I + II)/2 and so on. "
                  "The largest difference found.");
  }
  const SampleIndex missing = checks.missing_samples;
  widgets::fact("Missing", missing == 0 ? "no samples" : std::to_string(missing) + " samples");
  std::vector<std::string> warnings = opened.recording.warnings;
  warnings.insert(warnings.end(), checks.warnings.begin(), checks.warnings.end());
  if (warnings.empty()) widgets::fact("Warnings", "none");
  for (const std::string& warning : warnings) {
    widgets::notice(warning, theme::kWarning, theme::kWarningSoft);
  }
}

void show_saving(Workspace& workspace) {
  widgets::divider();
  widgets::heading("Save");
  if (widgets::button("save_svg", "Sheet as SVG")) run_action(workspace, "save_svg");
  ImGui::SameLine();
  if (widgets::button("save_csv", "Samples as CSV")) run_action(workspace, "save_csv");
  widgets::paragraph("The sheet carries the record name and what the file says of the patient.",
                     theme::kSecondary, theme::Text::kSmall);
  widgets::gap();
  if (widgets::button("save_deidentified", "De-identified copy as EDF"))
    run_action(workspace, "save_deidentified");
  widgets::paragraph(workspace.saved_note.empty()
                         ? "Leaves out names, dates, patient and device numbers, and free text. "
                           "Keeps the signal, sex, and an age below 90. The shape of an ECG can "
                           "itself tell who someone is."
                         : workspace.saved_note,
                     theme::kSecondary, theme::Text::kSmall);
}

}  // namespace

void show_read_panel(Workspace& workspace) {
  const OpenRecording& opened = *workspace.open;
  show_file_facts(opened);
  show_patient_facts(opened);
  show_measured(opened);
  show_checks(opened);
  show_groups(opened.recording);
  show_measurements(opened.recording.info.measurements);
  show_lines(opened.example ? "Statements of the simulator" : "Statements from the file",
             opened.recording.info.statements);
  show_lines(opened.example ? "Comments of the simulator" : "Comments from the file",
             opened.recording.info.comments);
  show_saving(workspace);
}

void show_panel(Workspace& workspace, const Rect& area, bool narrow) {
  if (area.width() <= 0 || area.height() <= 0 || !workspace.open) return;
  begin_area("panel_area", area, theme::kPanel);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 edge_end =
      narrow ? ImVec2(area.right, area.top + 1) : ImVec2(area.left + 1, area.bottom);
  list.AddRectFilled(area.low(), edge_end, theme::kLine);
  ImGui::SetCursorScreenPos({area.left + 1, area.top + 1});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(kInset, kInset));
  const char* name = workspace.mode == Mode::kRead ? "read_panel" : "encode_panel";
  ImGui::BeginChild(name, {area.width() - 1, area.height() - 1},
                    ImGuiChildFlags_AlwaysUseWindowPadding);
  if (workspace.mode == Mode::kRead) {
    show_read_panel(workspace);
  } else {
    show_encode_panel(workspace);
  }
  widgets::scroll_by_touch();
  ImGui::EndChild();
  ImGui::PopStyleVar();
  end_area();
}

}  // namespace ecg
