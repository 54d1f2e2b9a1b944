#pragma once
// A native window (GLFW, OpenGL 3.3) that shows one viewer.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "viewer/viewer.h"
#include "window/gl_renderer.h"

struct GLFWwindow;

namespace ecg {

/// RGB, 8 bits, top row first.
struct Picture {
  int width_px = 0;
  int height_px = 0;
  std::vector<std::uint8_t> rgb;
};

struct WindowOptions {
  std::string title = "Einthoven";
  int width_px = 1280;
  int height_px = 800;
  bool visible = true;
};

/// Owns the window and its renderer. Sleeps until something happens; draws only then.
class DesktopWindow {
 public:
  /// Error: kUnsupported when there is no screen or no OpenGL 3.3. `viewer` outlives the window.
  static Result<std::unique_ptr<DesktopWindow>> open(Viewer& viewer, const WindowOptions& options);
  ~DesktopWindow();
  DesktopWindow(const DesktopWindow&) = delete;
  DesktopWindow& operator=(const DesktopWindow&) = delete;

  /// Waits for events if no frame is due, then draws one. False when the user closed the window.
  bool run_frame();

  /// Paths dropped on the window since the last call.
  std::vector<std::string> take_dropped_paths();

  void set_clipboard(const std::string& text);
  void set_cursor(const std::string& css_name);

  Viewer& viewer() { return viewer_; }

  /// Draws until the picture is settled and reads it back.
  Picture screenshot();

 private:
  DesktopWindow(Viewer& viewer, GLFWwindow* window);
  void install_callbacks();
  void follow_size();
  int draw();

  Viewer& viewer_;
  GLFWwindow* window_;
  GlRenderer renderer_;
  std::vector<std::string> dropped_;
};

}  // namespace ecg
