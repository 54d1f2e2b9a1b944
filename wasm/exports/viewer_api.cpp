#include "exports/viewer_api.h"

#include <emscripten.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "viewer/state_json.h"
#include "viewer/view_fragment.h"
#include "viewer/viewer.h"
#include "window/web_canvas.h"

using ecg::Error;
using ecg::Result;

/// What the page's handle stands for.
struct EcgViewer {
  ecg::Viewer viewer;  // first: it makes the ImGui context that the canvas needs
  std::unique_ptr<ecg::WebCanvas> canvas;
  double width_px = 1280;
  double height_px = 800;
  double device_pixel_ratio = 1;
  ecg::FileSet files;
  std::optional<Error> error;
  bool opening_failed = false;  ///< the error is of the files, not of a model
  std::string text;             ///< the string returned last

  ecg::Workspace& workspace() { return viewer.workspace(); }
};

namespace {

const char* text_or_empty(const char* text) { return text != nullptr ? text : ""; }

const char* hand_out(EcgViewer* viewer, std::string text) {
  viewer->text = std::move(text);
  return viewer->text.c_str();
}

/// 0, or 1 with the error kept for ecg_viewer_error().
int status_of(EcgViewer* viewer, const Result<void>& result) {
  viewer->error = result ? std::optional<Error>() : result.error();
  viewer->opening_failed = false;
  viewer->viewer.wake();
  return result ? 0 : 1;
}

int device_px(double css_px, double ratio) { return static_cast<int>(std::lround(css_px * ratio)); }

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE EcgViewer* ecg_viewer_create(void) {
  auto made = std::make_unique<EcgViewer>();
  auto canvas = ecg::WebCanvas::open();
  if (!canvas) return nullptr;
  made->canvas = std::move(*canvas);
  return made.release();
}

EMSCRIPTEN_KEEPALIVE void ecg_viewer_destroy(EcgViewer* viewer) { delete viewer; }

EMSCRIPTEN_KEEPALIVE void* ecg_alloc(size_t bytes) { return std::malloc(bytes); }
EMSCRIPTEN_KEEPALIVE void ecg_free(void* memory) { std::free(memory); }

EMSCRIPTEN_KEEPALIVE void ecg_viewer_resize(EcgViewer* viewer, int width_css_px, int height_css_px,
                                            double device_pixel_ratio) {
  if (width_css_px <= 0 || height_css_px <= 0 || !(device_pixel_ratio > 0)) return;
  viewer->width_px = width_css_px;
  viewer->height_px = height_css_px;
  viewer->device_pixel_ratio = device_pixel_ratio;
  viewer->viewer.resize(width_css_px, height_css_px, device_pixel_ratio);
}

EMSCRIPTEN_KEEPALIVE int ecg_viewer_frame(EcgViewer* viewer) {
  const int wanted = viewer->viewer.frame(emscripten_get_now() / 1000);
  viewer->canvas->draw(device_px(viewer->width_px, viewer->device_pixel_ratio),
                       device_px(viewer->height_px, viewer->device_pixel_ratio));
  return wanted;
}

EMSCRIPTEN_KEEPALIVE void ecg_viewer_context_lost(EcgViewer* viewer) {
  viewer->canvas->lose_context();
}

EMSCRIPTEN_KEEPALIVE void ecg_viewer_context_restored(EcgViewer* viewer) {
  status_of(viewer, viewer->canvas->restore_context());
}

EMSCRIPTEN_KEEPALIVE void ecg_viewer_pointer(EcgViewer* viewer, int pointer_type, double x,
                                             double y, int button, int pressed) {
  const bool known = pointer_type >= 0 && pointer_type <= 2;
  const auto type = known ? static_cast<ecg::PointerType>(pointer_type) : ecg::PointerType::kMouse;
  viewer->viewer.pointer(type, x, y, button, pressed != 0);
}

EMSCRIPTEN_KEEPALIVE void ecg_viewer_pointer_leave(EcgViewer* viewer) {
  viewer->viewer.pointer_leave();
}
EMSCRIPTEN_KEEPALIVE void ecg_viewer_wheel(EcgViewer* viewer, double dx, double dy) {
  viewer->viewer.wheel(dx, dy);
}

EMSCRIPTEN_KEEPALIVE void ecg_viewer_pinch(EcgViewer* viewer, double x, double y, double factor) {
  viewer->viewer.pinch(x, y, factor);
}

EMSCRIPTEN_KEEPALIVE int ecg_viewer_key(EcgViewer* viewer, const char*, const char* key,
                                        int modifiers, int pressed) {
  return viewer->viewer.key(text_or_empty(key), modifiers, pressed != 0) ? 1 : 0;
}

EMSCRIPTEN_KEEPALIVE void ecg_viewer_blur(EcgViewer* viewer) { viewer->viewer.blur(); }

EMSCRIPTEN_KEEPALIVE void ecg_viewer_begin_files(EcgViewer* viewer) { viewer->files.files.clear(); }

EMSCRIPTEN_KEEPALIVE void ecg_viewer_add_file(EcgViewer* viewer, const char* name,
                                              const uint8_t* bytes, size_t size) {
  viewer->files.files.push_back({text_or_empty(name), {bytes, bytes + size}});
}

EMSCRIPTEN_KEEPALIVE const char* ecg_viewer_recordings(EcgViewer* viewer) {
  return hand_out(viewer, ecg::recordings_json(ecg::list_recordings(viewer->files)));
}

EMSCRIPTEN_KEEPALIVE const char* ecg_viewer_files(EcgViewer* viewer) {
  return hand_out(viewer, ecg::files_json(viewer->files));
}

EMSCRIPTEN_KEEPALIVE const uint8_t* ecg_viewer_file(EcgViewer* viewer, int file) {
  const auto& files = viewer->files.files;
  if (file < 0 || static_cast<std::size_t>(file) >= files.size()) return nullptr;
  return files[static_cast<std::size_t>(file)].bytes.data();
}

EMSCRIPTEN_KEEPALIVE void ecg_viewer_choose(EcgViewer* viewer, int recording) {
  const auto all = ecg::recordings_in(viewer->files);
  if (recording < 0 || static_cast<std::size_t>(recording) >= all.size()) return;
  viewer->files = files_of(viewer->files, all[static_cast<std::size_t>(recording)]);
}

EMSCRIPTEN_KEEPALIVE int ecg_viewer_open_files(EcgViewer* viewer, double sampling_rate_hz,
                                               const char* unit) {
  const ecg::FileSet files = std::exchange(viewer->files, {});
  ecg::ReadOptions options;
  if (sampling_rate_hz != 0) options.sampling_rate_hz = sampling_rate_hz;
  options.unit = text_or_empty(unit);
  const int status = status_of(viewer, open_files(viewer->workspace(), files, options));
  viewer->opening_failed = status != 0;
  return status;
}

EMSCRIPTEN_KEEPALIVE int ecg_viewer_open_example(EcgViewer* viewer, uint32_t seed) {
  return status_of(viewer, open_example(viewer->workspace(), seed));
}

EMSCRIPTEN_KEEPALIVE const char* ecg_viewer_error(EcgViewer* viewer) {
  if (!viewer->opening_failed) return hand_out(viewer, ecg::error_json(viewer->error));
  const ecg::Workspace& workspace = viewer->workspace();
  return hand_out(viewer, ecg::error_json(viewer->error, workspace.found, workspace.unstated));
}

EMSCRIPTEN_KEEPALIVE const char* ecg_viewer_state_json(EcgViewer* viewer) {
  return hand_out(viewer, ecg::state_json(viewer->workspace(), viewer->viewer.frames()));
}

EMSCRIPTEN_KEEPALIVE const char* ecg_viewer_scene_json(EcgViewer* viewer) {
  const ecg::PaperState& paper = viewer->viewer.paper();
  return hand_out(viewer, ecg::scene_json(paper.scene, paper.px_per_mm));
}

EMSCRIPTEN_KEEPALIVE const char* ecg_viewer_scene_svg(EcgViewer* viewer) {
  return hand_out(viewer, ecg::sheet_svg(viewer->workspace()));
}

EMSCRIPTEN_KEEPALIVE const char* ecg_viewer_view_fragment(EcgViewer* viewer) {
  return hand_out(viewer, ecg::view_fragment(viewer->workspace()));
}

EMSCRIPTEN_KEEPALIVE void ecg_viewer_apply_view_fragment(EcgViewer* viewer, const char* fragment) {
  ecg::apply_view_fragment(viewer->workspace(), text_or_empty(fragment));
  viewer->viewer.wake();
}

EMSCRIPTEN_KEEPALIVE int ecg_viewer_action(EcgViewer* viewer, const char* action) {
  return viewer->viewer.action(text_or_empty(action)) ? 1 : 0;
}

EMSCRIPTEN_KEEPALIVE const char* ecg_viewer_take_requests(EcgViewer* viewer) {
  return hand_out(viewer, ecg::requests_json(viewer->workspace().requests.take()));
}

EMSCRIPTEN_KEEPALIVE void ecg_viewer_set_host_status(EcgViewer* viewer, int requests_since_load,
                                                     int threads) {
  viewer->workspace().host.requests_since_load = requests_since_load;
  viewer->workspace().host.threads = threads;
  viewer->viewer.wake();
}

EMSCRIPTEN_KEEPALIVE int ecg_viewer_set_model(EcgViewer* viewer, const char* model_json) {
  ecg::Encoder& encoder = viewer->workspace().encoder;
  const std::string_view json = text_or_empty(model_json);
  if (json.empty()) encoder.forget_model();
  return status_of(viewer, json.empty() ? Result<void>() : encoder.set_model(json));
}

EMSCRIPTEN_KEEPALIVE void ecg_viewer_set_encoder_status(EcgViewer* viewer, const char* status,
                                                        const char* detail) {
  const auto known = ecg::encoder_status_from_name(text_or_empty(status));
  if (known) viewer->workspace().encoder.set_status(*known, text_or_empty(detail));
  viewer->viewer.wake();
}

EMSCRIPTEN_KEEPALIVE int ecg_viewer_prepare_input(EcgViewer* viewer) {
  return status_of(viewer, viewer->workspace().encoder.prepare());
}

EMSCRIPTEN_KEEPALIVE const float* ecg_viewer_input(EcgViewer* viewer, const char* name) {
  return viewer->workspace().encoder.input_values(text_or_empty(name)).data();
}

EMSCRIPTEN_KEEPALIVE const char* ecg_viewer_input_json(EcgViewer* viewer) {
  return hand_out(viewer, ecg::input_json(viewer->workspace().encoder));
}

EMSCRIPTEN_KEEPALIVE void ecg_viewer_set_reconstruction(EcgViewer* viewer, int generation,
                                                        const float* values, size_t count,
                                                        double elapsed_ms) {
  take_reconstruction(viewer->workspace(), generation, {values, count}, elapsed_ms);
  viewer->viewer.wake();
}

EMSCRIPTEN_KEEPALIVE void ecg_viewer_set_embedding(EcgViewer* viewer, int generation,
                                                   const float* embedding, size_t count,
                                                   double elapsed_ms) {
  take_embedding(viewer->workspace(), generation, {embedding, count}, elapsed_ms);
  viewer->viewer.wake();
}

EMSCRIPTEN_KEEPALIVE void ecg_viewer_set_probabilities(EcgViewer* viewer, int generation,
                                                       const float* probabilities, size_t count) {
  viewer->workspace().encoder.set_probabilities(generation, {probabilities, count});
  viewer->viewer.wake();
}

}  // extern "C"
