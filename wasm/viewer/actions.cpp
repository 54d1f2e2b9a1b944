#include "viewer/actions.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "io/csv_writer.h"
#include "io/deidentify.h"
#include "io/edf_writer.h"
#include "viewer/texts.h"

namespace ecg {
namespace {

constexpr double kZoomStep = 1.25;

void view_changed(Workspace& workspace) { workspace.requests.add(RequestKind::kViewChanged); }

/// The next of the offered steps above or below `value`; `value` itself at the end.
double step(std::span<const double> steps, double value, bool up) {
  double best = value;
  for (const double candidate : steps) {
    const bool ahead = up ? candidate > value : candidate < value;
    const bool nearer = best == value || std::abs(candidate - value) < std::abs(best - value);
    if (ahead && nearer) best = candidate;
  }
  return best;
}

void set_speed(Workspace& workspace, double speed_mm_per_s) {
  if (!(speed_mm_per_s >= 1 && speed_mm_per_s <= 500)) return;
  workspace.view.speed_mm_per_s = speed_mm_per_s;
  set_start(workspace, workspace.view.start_s);
  view_changed(workspace);
}

void set_gain(Workspace& workspace, double gain_mm_per_mv) {
  if (!(gain_mm_per_mv >= 0.5 && gain_mm_per_mv <= 200)) return;
  workspace.view.gain_mm_per_mv = gain_mm_per_mv;
  view_changed(workspace);
}

void set_layout(Workspace& workspace, Layout layout) {
  workspace.view.layout = layout;
  workspace.fit = true;
  view_changed(workspace);
}

void zoom_by(Workspace& workspace, double factor) {
  workspace.fit = false;
  workspace.view.zoom = std::clamp(workspace.view.zoom * factor, kLowestZoom, kHighestZoom);
}

void show_whole_sheet(Workspace& workspace) { workspace.fit = true; }

void show_true_scale(Workspace& workspace) {
  workspace.fit = false;
  workspace.view.zoom = 1;
  workspace.view.pan_x_mm = workspace.view.pan_y_mm = 0;
}

void pan(Workspace& workspace, double share_of_sheet) {
  set_start(workspace, workspace.view.start_s + share_of_sheet * sheet_seconds(workspace.view));
}

void download(Workspace& workspace, std::string_view ending, std::string mime, std::string text) {
  std::string name = workspace.open->example
                         ? "einthoven_example"
                         : safe_file_name(workspace.open->recording.info.record_name);
  name += ending;
  workspace.requests.add({RequestKind::kDownload, std::move(text), name, std::move(mime), 0});
}

void save_svg(Workspace& workspace, std::string_view) {
  if (!workspace.open) return;
  download(workspace, ".svg", "image/svg+xml", sheet_svg(workspace));
}

void save_csv(Workspace& workspace, std::string_view) {
  if (!workspace.open) return;
  download(workspace, ".csv", "text/csv", csv_from_signal(workspace.open->recording.signal));
}

/// The file and what was left out; as CSV what EDF cannot hold.
void save_deidentified(Workspace& workspace, std::string_view) {
  if (!workspace.open) return;
  const Deidentified copy = deidentified(workspace.open->recording);
  const auto edf = edf_from_recording(copy.recording);
  Request request{RequestKind::kDownload, {}, "deidentified.edf", "application/octet-stream", 0};
  if (edf) {
    request.text.assign(edf->begin(), edf->end());
    request.is_binary = true;
    workspace.saved_note = "Saved as EDF+.";
  } else {
    request.text = csv_from_signal(copy.recording.signal);
    request.name = "deidentified.csv";
    request.mime = "text/csv";
    workspace.saved_note = "Saved as CSV, because EDF cannot hold it: " + edf.error().message + ".";
  }
  workspace.saved_note += copy.removed.empty() ? " There was nothing to leave out." : " Left out:";
  for (std::size_t i = 0; i < copy.removed.size(); ++i)
    workspace.saved_note += (i == 0 ? " " : ", ") + copy.removed[i];
  if (!copy.removed.empty()) workspace.saved_note += ".";
  workspace.requests.add(std::move(request));
  workspace.requests.add({RequestKind::kAnnounce, workspace.saved_note, {}, {}, 0});
}

void next_layout(Workspace& workspace, std::string_view) {
  const auto at = std::find(kLayouts.begin(), kLayouts.end(), workspace.view.layout);
  const auto next = static_cast<std::size_t>(at - kLayouts.begin() + 1) % kLayouts.size();
  set_layout(workspace, kLayouts[next]);
}

void next_filter(Workspace& workspace, std::string_view) {
  const auto next = (static_cast<std::size_t>(workspace.filter) + 1) % kDisplayFilters.size();
  set_filter(workspace, kDisplayFilters[next]);
}

/// A seed that differs from the present one and looks arbitrary, yet follows from it.
void new_seed(Workspace& workspace, std::string_view) {
  RandomKey key;
  key.seed = workspace.encoder.seed();
  RandomStream random(key);
  workspace.encoder.set_seed(1 + random.below(9999));
  view_changed(workspace);
}

void set_number(Workspace& workspace, std::string_view value,
                void (*apply)(Workspace&, double number)) {
  if (const auto number = number_from_text(value)) apply(workspace, *number);
}

void hide_token(Workspace& workspace, std::string_view value, bool hidden) {
  const auto token = number_from_text(value);
  if (token && *token >= 0) {
    workspace.encoder.hide_token(static_cast<std::size_t>(*token), hidden);
  }
}

using W = Workspace&;
using V = std::string_view;

constexpr std::array kActions = {
    Action{"open", "Open files", "o", "O", false,
           [](W w, V) { w.requests.add(RequestKind::kOpenDialog); }},
    Action{"example", "Open the example", "e", "E", false,
           [](W w, V) { w.requests.add(RequestKind::kOpenExample); }},
    Action{"mode_read", "Read mode", "1", "1", false, [](W w, V) { set_mode(w, Mode::kRead); }},
    Action{"mode_encode", "Encode mode", "3", "3", false,
           [](W w, V) { set_mode(w, Mode::kEncode); }},
    Action{"layout", "Next layout", "l", "L", false, next_layout},
    Action{"filter", "Next filter", "f", "F", false, next_filter},
    Action{"gain_down", "Less gain", "[", "[", false,
           [](W w, V) { set_gain(w, step(kGainsMmPerMv, w.view.gain_mm_per_mv, false)); }},
    Action{"gain_up", "More gain", "]", "]", false,
           [](W w, V) { set_gain(w, step(kGainsMmPerMv, w.view.gain_mm_per_mv, true)); }},
    Action{"speed_down", "Slower paper", ",", ",", false,
           [](W w, V) { set_speed(w, step(kSpeedsMmPerS, w.view.speed_mm_per_s, false)); }},
    Action{"speed_up", "Faster paper", ".", ".", false,
           [](W w, V) { set_speed(w, step(kSpeedsMmPerS, w.view.speed_mm_per_s, true)); }},
    Action{"pan_left", "Back in time", "arrowleft", "\u2190", false, [](W w, V) { pan(w, -0.2); }},
    Action{"pan_right", "Forward in time", "arrowright", "\u2192", false,
           [](W w, V) { pan(w, 0.2); }},
    Action{"zoom_in", "Zoom in", "+", "+", false, [](W w, V) { zoom_by(w, kZoomStep); }},
    Action{"zoom_out", "Zoom out", "-", "\u2212", false, [](W w, V) { zoom_by(w, 1 / kZoomStep); }},
    Action{"zoom_reset", "Whole sheet", "0", "0", false, [](W w, V) { show_whole_sheet(w); }},
    Action{"true_scale", "True scale", "", "", false, [](W w, V) { show_true_scale(w); }},
    Action{"choose_model", "Choose a model", "c", "C", false,
           [](W w, V) { w.requests.add(RequestKind::kChooseModel); }},
    Action{"run_encoder", "Run the model again", "r", "R", false,
           [](W w, V) { w.encoder.request_again(); }},
    Action{"new_seed", "Hide other tokens", "n", "N", false, new_seed},
    Action{"panel", "Fold or unfold the panel", "p", "P", false,
           [](W w, V) { w.panel_open = !w.panel_open; }},
    Action{"help", "This sheet", "?", "?", false, [](W w, V) { w.help_open = !w.help_open; }},
    Action{"close", "Close", "escape", "", false, [](W w, V) {
             w.help_open = false;
             w.message.clear();
           }},
    Action{"save_svg", "Save the sheet as SVG", "", "", false, save_svg},
    Action{"save_csv", "Save the samples as CSV", "", "", false, save_csv},
    Action{"save_deidentified", "Save a de-identified copy", "", "", false, save_deidentified},
    Action{"set_mask_ratio", "", "", "", true,
           [](W w, V v) {
             set_number(w, v, [](W in, double x) { in.encoder.set_mask_ratio(x); view_changed(in); });
           }},
    Action{"set_seed", "", "", "", true,
           [](W w, V v) {
             set_number(w, v, [](W in, double x) {
               if (x < 0 || x > 4294967295.0) return;
               in.encoder.set_seed(static_cast<std::uint32_t>(x));
               view_changed(in);
             });
           }},
    Action{"hide_token", "", "", "", true, [](W w, V v) { hide_token(w, v, true); }},
    Action{"show_token", "", "", "", true, [](W w, V v) { hide_token(w, v, false); }},
    Action{"set_window_start", "", "", "", true,
           [](W w, V v) {
             set_number(w, v, [](W in, double x) { in.encoder.set_window_start(x); });
           }},
    Action{"set_start", "", "", "", true, [](W w, V v) { set_number(w, v, set_start); }},
    Action{"set_speed", "", "", "", true, [](W w, V v) { set_number(w, v, set_speed); }},
    Action{"set_gain", "", "", "", true, [](W w, V v) { set_number(w, v, set_gain); }},
    Action{"set_layout", "", "", "", true,
           [](W w, V v) {
             if (const auto layout = layout_from_name(v)) set_layout(w, *layout);
           }},
    Action{"set_filter", "", "", "", true,
           [](W w, V v) {
             if (const auto filter = display_filter_from_name(v)) set_filter(w, *filter);
           }},
    Action{"trace_as_model", "", "", "", true,
           [](W w, V v) {
             w.trace_as_model = v == "on";
             ++w.trace_generation;
           }},
};

}  // namespace

std::span<const Action> all_actions() { return kActions; }

bool run_action(Workspace& workspace, std::string_view action) {
  const std::size_t colon = action.find(':');
  const std::string_view name = action.substr(0, colon);
  const std::string_view value =
      colon == std::string_view::npos ? std::string_view() : action.substr(colon + 1);
  for (const Action& candidate : kActions) {
    if (candidate.name != name) continue;
    if (candidate.takes_value != (colon != std::string_view::npos)) return false;
    candidate.run(workspace, value);
    return true;
  }
  return false;
}

const Action* action_of_key(std::string_view key) {
  std::string lower(key);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (lower == "=") lower = "+";  // the same key without Shift on many keyboards
  for (const Action& action : kActions) {
    if (!action.key.empty() && action.key == lower) return &action;
  }
  return nullptr;
}

std::optional<double> number_from_text(std::string_view text) {
  const std::string copy(text);
  if (copy.empty() || std::isspace(static_cast<unsigned char>(copy.front())) != 0)
    return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  if (end != copy.c_str() + copy.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace ecg
