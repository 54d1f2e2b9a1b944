#include "window/desktop_window.h"

#include <GLFW/glfw3.h>
#include <imgui.h>

#include <utility>

namespace ecg {
namespace {

DesktopWindow& owner_of(GLFWwindow* window) {
  return *static_cast<DesktopWindow*>(glfwGetWindowUserPointer(window));
}

Viewer& viewer_of(GLFWwindow* window) { return owner_of(window).viewer(); }

int modifiers_from_glfw(int mods) {
  return ((mods & GLFW_MOD_CONTROL) != 0 ? 1 : 0) | ((mods & GLFW_MOD_SHIFT) != 0 ? 2 : 0) |
         ((mods & GLFW_MOD_ALT) != 0 ? 4 : 0) | ((mods & GLFW_MOD_SUPER) != 0 ? 8 : 0);
}

/// KeyboardEvent.key of keys that type no character; empty for the others (they come as text).
const char* key_name(int key) {
  switch (key) {
    case GLFW_KEY_LEFT:
      return "ArrowLeft";
    case GLFW_KEY_RIGHT:
      return "ArrowRight";
    case GLFW_KEY_ESCAPE:
      return "Escape";
    default:
      return "";
  }
}

void on_pointer_move(GLFWwindow* window, double x, double y) {
  viewer_of(window).pointer(PointerType::kMouse, x, y, -1, false);
}

void on_button(GLFWwindow* window, int button, int action, int) {
  double x = 0;
  double y = 0;
  glfwGetCursorPos(window, &x, &y);
  viewer_of(window).pointer(PointerType::kMouse, x, y, button, action == GLFW_PRESS);
}

void on_wheel(GLFWwindow* window, double dx, double dy) { viewer_of(window).wheel(dx, dy); }

void on_key(GLFWwindow* window, int key, int, int action, int mods) {
  const std::string name = key_name(key);
  if (!name.empty()) viewer_of(window).key(name, modifiers_from_glfw(mods), action != GLFW_RELEASE);
}

void on_character(GLFWwindow* window, unsigned codepoint) {
  if (codepoint < 0x80)
    viewer_of(window).key(std::string(1, static_cast<char>(codepoint)), 0, true);
}

void on_focus(GLFWwindow* window, int focused) {
  if (focused == GLFW_FALSE) viewer_of(window).blur();
}

void on_leave(GLFWwindow* window, int entered) {
  if (entered == GLFW_FALSE) viewer_of(window).pointer_leave();
}

void on_refresh(GLFWwindow* window) { viewer_of(window).wake(); }

Error no_window() {
  const char* reason = nullptr;
  glfwGetError(&reason);
  return {ErrorCode::kUnsupported,
          reason != nullptr ? reason : "no window could be opened",
          "A screen and OpenGL 3.3 are needed; without a screen, use xvfb-run.",
          {},
          {}};
}

}  // namespace

Result<std::unique_ptr<DesktopWindow>> DesktopWindow::open(Viewer& viewer,
                                                           const WindowOptions& options) {
  if (glfwInit() == GLFW_FALSE) return no_window();
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  glfwWindowHint(GLFW_VISIBLE, options.visible ? GLFW_TRUE : GLFW_FALSE);
  GLFWwindow* made = glfwCreateWindow(options.width_px, options.height_px, options.title.c_str(),
                                      nullptr, nullptr);
  if (made == nullptr) {
    Error error = no_window();
    glfwTerminate();
    return error;
  }
  glfwMakeContextCurrent(made);
  glfwSwapInterval(1);
  std::unique_ptr<DesktopWindow> window(new DesktopWindow(viewer, made));
  const auto started = window->renderer_.start();
  if (!started) return started.error();
  return window;
}

DesktopWindow::DesktopWindow(Viewer& viewer, GLFWwindow* window)
    : viewer_(viewer), window_(window) {
  glfwSetWindowUserPointer(window_, this);
  install_callbacks();
}

DesktopWindow::~DesktopWindow() {
  renderer_.stop();
  glfwDestroyWindow(window_);
  glfwTerminate();
}

void DesktopWindow::install_callbacks() {
  glfwSetCursorPosCallback(window_, on_pointer_move);
  glfwSetMouseButtonCallback(window_, on_button);
  glfwSetScrollCallback(window_, on_wheel);
  glfwSetKeyCallback(window_, on_key);
  glfwSetCharCallback(window_, on_character);
  glfwSetWindowFocusCallback(window_, on_focus);
  glfwSetCursorEnterCallback(window_, on_leave);
  glfwSetWindowRefreshCallback(window_, on_refresh);
  glfwSetDropCallback(window_, [](GLFWwindow* window, int count, const char** paths) {
    owner_of(window).dropped_.assign(paths, paths + count);
    viewer_of(window).wake();
  });
}

void DesktopWindow::follow_size() {
  int width = 0;
  int height = 0;
  int device_width = 0;
  glfwGetWindowSize(window_, &width, &height);
  glfwGetFramebufferSize(window_, &device_width, nullptr);
  if (width <= 0 || height <= 0) return;  // minimised
  viewer_.resize(width, height, static_cast<double>(device_width) / width);
}

int DesktopWindow::draw() {
  follow_size();
  int width = 0;
  int height = 0;
  glfwGetFramebufferSize(window_, &width, &height);
  const int wanted = viewer_.frame(glfwGetTime());
  renderer_.draw(width, height);
  return wanted;
}

bool DesktopWindow::run_frame() {
  if (viewer_.frames_wanted() > 0) {
    glfwPollEvents();
  } else {
    glfwWaitEvents();
  }
  if (glfwWindowShouldClose(window_) != GLFW_FALSE) return false;
  draw();
  glfwSwapBuffers(window_);
  return true;
}

std::vector<std::string> DesktopWindow::take_dropped_paths() { return std::exchange(dropped_, {}); }

void DesktopWindow::set_clipboard(const std::string& text) {
  glfwSetClipboardString(window_, text.c_str());
}

void DesktopWindow::set_cursor(const std::string& css_name) {
  static GLFWcursor* const hand = glfwCreateStandardCursor(GLFW_POINTING_HAND_CURSOR);
  static GLFWcursor* const sideways = glfwCreateStandardCursor(GLFW_RESIZE_EW_CURSOR);
  GLFWcursor* cursor = nullptr;
  if (css_name == "pointer") cursor = hand;
  if (css_name == "ew-resize") cursor = sideways;
  glfwSetCursor(window_, cursor);
}

Picture DesktopWindow::screenshot() {
  while (draw() > 0) {
  }
  Picture picture;
  glfwGetFramebufferSize(window_, &picture.width_px, &picture.height_px);
  const auto row = static_cast<std::size_t>(picture.width_px) * 3;
  std::vector<std::uint8_t> rows(row * static_cast<std::size_t>(picture.height_px));
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, picture.width_px, picture.height_px, GL_RGB, GL_UNSIGNED_BYTE, rows.data());
  for (std::size_t y = static_cast<std::size_t>(picture.height_px); y-- > 0;) {
    picture.rgb.insert(picture.rgb.end(), rows.begin() + static_cast<std::ptrdiff_t>(y * row),
                       rows.begin() + static_cast<std::ptrdiff_t>((y + 1) * row));
  }
  return picture;
}

}  // namespace ecg
