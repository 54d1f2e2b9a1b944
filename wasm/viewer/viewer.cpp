#include "viewer/viewer.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

#include "viewer/actions.h"
#include "viewer/areas.h"
#include "viewer/theme.h"
#include "viewer/widgets.h"

namespace ecg {
namespace {

/// ImGui settles a layout within this many frames after an event.
constexpr int kFramesAfterEvent = 3;
constexpr int kShift = 2;

ImGuiMouseSource source_of(PointerType type) {
  switch (type) {
    case PointerType::kTouch:
      return ImGuiMouseSource_TouchScreen;
    case PointerType::kPen:
      return ImGuiMouseSource_Pen;
    case PointerType::kMouse:
      break;
  }
  return ImGuiMouseSource_Mouse;
}

const char* css_cursor() {
  switch (ImGui::GetMouseCursor()) {
    case ImGuiMouseCursor_Hand:
      return "pointer";
    case ImGuiMouseCursor_ResizeEW:
      return "ew-resize";
    case ImGuiMouseCursor_ResizeAll:
      return ImGui::IsMouseDown(ImGuiMouseButton_Left) ? "grabbing" : "grab";
    default:
      return "default";
  }
}

}  // namespace

Viewer::Viewer() : context_(ImGui::CreateContext()) {
  make_current();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.BackendFlags |= ImGuiBackendFlags_RendererHasTextures;
  io.ConfigWindowsMoveFromTitleBarOnly = true;
  theme::apply();
  wake();
}

Viewer::~Viewer() {
  make_current();
  ImGui::DestroyContext(context_);
}

void Viewer::make_current() const { ImGui::SetCurrentContext(context_); }

void Viewer::wake() { frames_wanted_ = kFramesAfterEvent; }

void Viewer::resize(int width_px, int height_px, double device_pixel_ratio) {
  const auto width = static_cast<float>(std::clamp(width_px, 1, 16384));
  const auto height = static_cast<float>(std::clamp(height_px, 1, 16384));
  const bool plausible = device_pixel_ratio >= 0.25 && device_pixel_ratio <= 8;
  const float ratio = plausible ? static_cast<float>(device_pixel_ratio) : 1;
  if (width == width_px_ && height == height_px_ && ratio == device_pixel_ratio_) return;
  width_px_ = width;
  height_px_ = height;
  device_pixel_ratio_ = ratio;
  wake();
}

void Viewer::show_parts() {
  AreasInput input{width_px_, height_px_, top_bar_height(workspace_, width_px_),
                   workspace_.panel_open, workspace_.open.has_value()};
  const Areas areas = arrange(input);
  workspace_.hovered_token.reset();
  show_top_bar(workspace_, areas.bar);
  show_panel(workspace_, areas.panel, areas.narrow);
  show_paper(workspace_, paper_, areas.paper, device_pixel_ratio_);
  show_overview(workspace_, overview_, areas.overview, device_pixel_ratio_);
  show_status_bar(workspace_, areas.status);
  show_help(workspace_, width_px_, height_px_);
}

void Viewer::request_cursor() {
  const std::string cursor = css_cursor();
  if (cursor == cursor_) return;
  cursor_ = cursor;
  workspace_.requests.add({RequestKind::kCursor, cursor, {}, {}, 0});
}

int Viewer::frame(double now_s) {
  make_current();
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {width_px_, height_px_};
  io.DisplayFramebufferScale = {device_pixel_ratio_, device_pixel_ratio_};
  io.DeltaTime = static_cast<float>(std::clamp(now_s - last_frame_s_, 1e-4, 1.0));
  last_frame_s_ = now_s;
  update_encoder(workspace_);
  ImGui::NewFrame();
  // Edges are softened over one device pixel, not over one CSS pixel.
  ImGui::GetDrawListSharedData()->InitialFringeScale = 1 / device_pixel_ratio_;
  show_parts();
  ImGui::Render();
  request_cursor();
  ++frames_;
  if (frames_wanted_ > 0) --frames_wanted_;
  return frames_wanted_;
}

void Viewer::pointer(PointerType type, double x, double y, int button, bool pressed) {
  make_current();
  ImGuiIO& io = ImGui::GetIO();
  widgets::set_touch(type == PointerType::kTouch);
  io.AddMouseSourceEvent(source_of(type));
  io.AddMousePosEvent(static_cast<float>(x), static_cast<float>(y));
  if (button >= 0 && button < ImGuiMouseButton_COUNT) io.AddMouseButtonEvent(button, pressed);
  // A lifted finger points at nothing.
  if (type == PointerType::kTouch && button == 0 && !pressed)
    io.AddMousePosEvent(-FLT_MAX, -FLT_MAX);
  wake();
}

void Viewer::pointer_leave() {
  make_current();
  ImGui::GetIO().AddMousePosEvent(-FLT_MAX, -FLT_MAX);
  wake();
}

void Viewer::wheel(double dx, double dy) {
  make_current();
  ImGui::GetIO().AddMouseWheelEvent(static_cast<float>(dx), static_cast<float>(dy));
  wake();
}

void Viewer::pinch(double x, double y, double factor) {
  make_current();
  zoom_paper(workspace_, paper_, {static_cast<float>(x), static_cast<float>(y)}, factor);
  wake();
}

bool Viewer::key(std::string_view key, int modifiers, bool pressed) {
  make_current();
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Shift, (modifiers & kShift) != 0);
  const Action* found = (modifiers & ~kShift) == 0 ? action_of_key(key) : nullptr;
  if (found == nullptr) return false;
  if (pressed) {
    found->run(workspace_, {});
    wake();
  }
  return true;
}

void Viewer::blur() {
  make_current();
  ImGui::GetIO().AddFocusEvent(false);
  ImGui::GetIO().AddFocusEvent(true);
  wake();
}

bool Viewer::action(std::string_view name) {
  wake();
  return run_action(workspace_, name);
}

}  // namespace ecg
