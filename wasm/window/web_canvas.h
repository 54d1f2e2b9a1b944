#pragma once
// The page's canvas with its WebGL 2 context.
//
// Emscripten's GLFW is not used: version 3.1.6 ignores devicePixelRatio and swallows browser keys.
// The page forwards input itself (exports/viewer_api.h), so a context is all that is needed.

#include <memory>

#include "core/result.h"
#include "window/gl_renderer.h"

namespace ecg {

/// Owns the WebGL context of Module.canvas and its renderer.
class WebCanvas {
 public:
  /// Error: kUnsupported if the browser refuses WebGL 2. Needs a current ImGui context.
  static Result<std::unique_ptr<WebCanvas>> open();
  ~WebCanvas();
  WebCanvas(const WebCanvas&) = delete;
  WebCanvas& operator=(const WebCanvas&) = delete;

  /// Draws ImGui's draw data; does nothing while the context is lost. The drawing buffer takes the
  /// given size in the same step, so that it is never seen empty; the CSS size is the page's
  /// business.
  void draw(int width_device_px, int height_device_px);

  void lose_context();
  /// Makes the GPU objects again. Error as open().
  Result<void> restore_context();

 private:
  explicit WebCanvas(int context) : context_(context) {}

  int context_;
  GlRenderer renderer_;
  int width_px_ = 0;
  int height_px_ = 0;
};

}  // namespace ecg
