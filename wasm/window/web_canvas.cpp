#include "window/web_canvas.h"

#include <emscripten.h>
#include <emscripten/html5.h>

namespace ecg {
namespace {

constexpr const char* kCanvas = "!einthoven";  ///< how html5.h finds Module.canvas

}  // namespace

Result<std::unique_ptr<WebCanvas>> WebCanvas::open() {
  EM_ASM({ specialHTMLTargets["!einthoven"] = Module["canvas"]; });
  EmscriptenWebGLContextAttributes attributes;
  emscripten_webgl_init_context_attributes(&attributes);
  attributes.majorVersion = 2;
  attributes.alpha = EM_FALSE;
  attributes.depth = EM_FALSE;
  attributes.stencil = EM_FALSE;
  attributes.antialias = EM_FALSE;             // lines are softened by the viewer itself
  attributes.preserveDrawingBuffer = EM_TRUE;  // frames are rare; screenshots may come at any time
  const EMSCRIPTEN_WEBGL_CONTEXT_HANDLE context =
      emscripten_webgl_create_context(kCanvas, &attributes);
  if (context <= 0 || emscripten_webgl_make_context_current(context) != EMSCRIPTEN_RESULT_SUCCESS) {
    return Error{ErrorCode::kUnsupported,
                 "this browser does not offer WebGL 2",
                 "Use a current browser with hardware acceleration enabled.",
                 {},
                 {}};
  }
  std::unique_ptr<WebCanvas> canvas(new WebCanvas(static_cast<int>(context)));
  const auto started = canvas->renderer_.start();
  if (!started) return started.error();
  return canvas;
}

WebCanvas::~WebCanvas() {
  renderer_.stop();
  emscripten_webgl_destroy_context(context_);
}

void WebCanvas::draw(int width_device_px, int height_device_px) {
  if (emscripten_webgl_make_context_current(context_) != EMSCRIPTEN_RESULT_SUCCESS) return;
  if (width_device_px != width_px_ || height_device_px != height_px_) {
    width_px_ = width_device_px;
    height_px_ = height_device_px;
    emscripten_set_canvas_element_size(kCanvas, width_px_, height_px_);
  }
  renderer_.draw(width_px_, height_px_);
}

void WebCanvas::lose_context() { renderer_.stop(); }

Result<void> WebCanvas::restore_context() {
  emscripten_webgl_make_context_current(context_);
  return renderer_.start();
}

}  // namespace ecg
