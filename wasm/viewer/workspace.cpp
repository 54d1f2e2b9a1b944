#include "viewer/workspace.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "io/zip.h"
#include "plot/recording_text.h"
#include "plot/scene.h"
#include "plot/svg.h"
#include "synth/simulate.h"
#include "viewer/texts.h"

namespace ecg {
namespace {

void announce(Workspace& workspace, std::string text) {
  workspace.requests.add({RequestKind::kAnnounce, std::move(text), {}, {}, 0});
}

void show(Workspace& workspace, OpenRecording opened) {
  opened.measured = measure_here(opened.recording.signal);
  workspace.open = std::move(opened);
  workspace.error.reset();
  workspace.found.clear();
  workspace.unstated.reset();
  workspace.message.clear();
  workspace.saved_note.clear();
  workspace.view.start_s = 0;
  workspace.fit = true;
  workspace.hovered_token.reset();
  workspace.filtered = apply_display_filter(workspace.open->recording.signal, workspace.filter);
  workspace.encoder.set_recording(&workspace.open->recording);
  ++workspace.trace_generation;
  announce(workspace, opening_sentence(*workspace.open));
}

/// The model's input on the recording's own time axis: missing before and after the window.
Signal place_in_time(const Signal& input_mv, double start_s) {
  const double rate = input_mv.sampling_rate_hz();
  const auto begin = static_cast<SampleIndex>(std::llround(start_s * rate));
  const std::vector<LeadLabel> leads(input_mv.leads().begin(), input_mv.leads().end());
  Signal placed(leads, begin + input_mv.sample_count(), rate);
  for (std::size_t lead = 0; lead < leads.size(); ++lead) {
    const std::span<float> to = placed.lead(lead);
    const std::span<const float> from = input_mv.lead(lead);
    std::fill(to.begin(), to.begin() + begin, std::numeric_limits<float>::quiet_NaN());
    std::copy(from.begin(), from.end(), to.begin() + begin);
  }
  return placed;
}

void update_model_trace(Workspace& workspace) {
  const Encoder& encoder = workspace.encoder;
  if (!encoder.input() || workspace.model_trace_generation == encoder.generation()) return;
  workspace.model_trace = place_in_time(encoder.input_mv(), encoder.input()->start_s);
  workspace.model_trace_generation = encoder.generation();
  ++workspace.trace_generation;
}

}  // namespace

std::string_view mode_name(Mode mode) { return mode == Mode::kRead ? "read" : "encode"; }

std::vector<RecordingFiles> list_recordings(FileSet& files) {
  if (auto unpacked = with_archives_unpacked(files)) files = std::move(*unpacked);
  return recordings_in(files);
}

Result<void> open_files(Workspace& workspace, const FileSet& files, const ReadOptions& options) {
  auto recording = read_first_recording(files, options);
  if (!recording) {
    workspace.error = recording.error();
    workspace.found = describe_files(files);
    workspace.unstated = unstated_facts(files);
    return recording.error();
  }
  RecordingChecks checks = check_recording(*recording);
  show(workspace, {std::move(*recording), std::move(checks), false});
  return {};
}

Result<void> open_example(Workspace& workspace, std::uint32_t seed) {
  SimulationOptions options;
  options.seed = seed;
  auto simulation = simulate(options);
  if (!simulation) {
    workspace.error = simulation.error();
    return simulation.error();
  }
  RecordingChecks checks = check_recording(simulation->recording);
  show(workspace, {std::move(simulation->recording), std::move(checks), true});
  return {};
}

void set_mode(Workspace& workspace, Mode mode) {
  if (workspace.mode == mode) return;
  workspace.mode = mode;
  workspace.panel_open = true;
  ++workspace.trace_generation;
  workspace.requests.add(RequestKind::kViewChanged);
}

void set_filter(Workspace& workspace, DisplayFilter filter) {
  if (workspace.filter == filter) return;
  workspace.filter = filter;
  if (workspace.open) {
    workspace.filtered = apply_display_filter(workspace.open->recording.signal, filter);
  }
  ++workspace.trace_generation;
  workspace.requests.add(RequestKind::kViewChanged);
}

void set_start(Workspace& workspace, double start_s) {
  if (!workspace.open || !std::isfinite(start_s)) return;
  const double duration_s = workspace.open->recording.signal.duration_s();
  const double latest = std::max(0.0, duration_s - sheet_seconds(workspace.view));
  workspace.view.start_s = std::clamp(start_s, 0.0, latest);
}

bool shows_model_trace(const Workspace& workspace) {
  return workspace.mode == Mode::kEncode && workspace.trace_as_model && workspace.open &&
         workspace.encoder.input().has_value();
}

SignalView shown_signal(const Workspace& workspace) {
  if (!workspace.open) return {};
  if (shows_model_trace(workspace)) return workspace.model_trace;
  return workspace.filtered.signal;
}

ViewState shown_view(const Workspace& workspace) {
  ViewState view = workspace.view;
  if (!workspace.open) return view;
  describe_recording(view, workspace.open->recording);
  if (workspace.open->example) view.title = sheet_title(*workspace.open);
  view.filter_text = workspace.filtered.text;
  if (shows_model_trace(workspace)) view.filter_text = model_input_text(*workspace.encoder.spec());
  return view;
}

std::string sheet_svg(const Workspace& workspace) {
  ViewState view = shown_view(workspace);
  view.zoom = 1;
  return svg_from_scene(build_scene(shown_signal(workspace), view, 0));
}

bool take_reconstruction(Workspace& workspace, int generation, std::span<const float> normalised,
                         double elapsed_ms) {
  if (!workspace.encoder.set_reconstruction(generation, normalised, elapsed_ms)) return false;
  announce(workspace, reconstruction_sentence(workspace.encoder));
  return true;
}

bool take_embedding(Workspace& workspace, int generation, std::span<const float> values,
                    double elapsed_ms) {
  if (!workspace.encoder.set_embedding(generation, values, elapsed_ms)) return false;
  if (!workspace.encoder.facts().reconstructs)
    announce(workspace, "Embedding of " + std::to_string(values.size()) + " values.");
  return true;
}

void update_encoder(Workspace& workspace) {
  Encoder& encoder = workspace.encoder;
  if (workspace.mode != Mode::kEncode || !workspace.host.on_page) return;
  // "None" with a reason is the page's answer that it has no model: asking again would never end.
  if (encoder.status() == EncoderStatus::kNone && encoder.status_detail().empty() &&
      !encoder.spec()) {
    encoder.set_status(EncoderStatus::kLoading, "");
    workspace.requests.add(RequestKind::kLoadModel);
  }
  if (!workspace.open || !encoder.spec() || !encoder.prepare()) return;
  update_model_trace(workspace);
  if (!encoder.wants_run()) return;
  encoder.note_requested();
  workspace.requests.add({RequestKind::kRunEncoder, {}, {}, {}, encoder.generation()});
}

}  // namespace ecg
