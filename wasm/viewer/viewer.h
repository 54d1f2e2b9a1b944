#pragma once
// Viewer: one workspace, drawn with Dear ImGui. It knows no window and no GPU: whoever owns it
// calls frame() and draws ImGui::GetDrawData() (with textures, as ImGui 1.92 renderers do).

#include <imgui.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "viewer/panels.h"
#include "viewer/workspace.h"

namespace ecg {

enum class PointerType { kMouse = 0, kTouch = 1, kPen = 2 };

/// Owns an ImGui context, made current by every call. Not copyable.
class Viewer {
 public:
  Viewer();
  ~Viewer();
  Viewer(const Viewer&) = delete;
  Viewer& operator=(const Viewer&) = delete;

  /// Size in CSS pixels; ratio of device to CSS pixels. Values out of range are clamped.
  void resize(int width_px, int height_px, double device_pixel_ratio);

  /// Makes one frame. `now_s`: any steady clock. Returns how many more frames are wanted.
  int frame(double now_s);

  /// What the last frame returned, plus what input has asked for since.
  int frames_wanted() const { return frames_wanted_; }

  /// Asks for frames although no input came (a result arrived, a status changed).
  void wake();

  void pointer(PointerType type, double x, double y, int button, bool pressed);
  void pointer_leave();
  void wheel(double dx, double dy);
  void pinch(double x, double y, double factor);
  /// `key`: KeyboardEvent.key; modifiers: 1 ctrl, 2 shift, 4 alt, 8 meta. True if it was used.
  bool key(std::string_view key, int modifiers, bool pressed);
  void blur();

  /// Runs an action; wakes the viewer. False if there is none of that name.
  bool action(std::string_view name);

  Workspace& workspace() { return workspace_; }
  const Workspace& workspace() const { return workspace_; }
  const PaperState& paper() const { return paper_; }
  std::int64_t frames() const { return frames_; }

 private:
  void make_current() const;
  void show_parts();
  void request_cursor();

  ImGuiContext* context_;
  Workspace workspace_;
  PaperState paper_;
  OverviewState overview_;
  float width_px_ = 1280;
  float height_px_ = 800;
  float device_pixel_ratio_ = 1;
  double last_frame_s_ = 0;
  int frames_wanted_ = 0;
  std::int64_t frames_ = 0;
  std::string cursor_;
};

}  // namespace ecg
