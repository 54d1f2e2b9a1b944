#pragma once
// Scene -> ImDrawList: crisp on any screen.

#include <imgui.h>

#include <span>

#include "plot/scene.h"

namespace ecg {

/// Screen rectangle, CSS pixels.
struct Rect {
  float left = 0, top = 0, right = 0, bottom = 0;

  float width() const { return right - left; }
  float height() const { return bottom - top; }
  ImVec2 low() const { return {left, top}; }
  ImVec2 high() const { return {right, bottom}; }
  bool contains(ImVec2 point) const {
    return point.x >= left && point.x < right && point.y >= top && point.y < bottom;
  }
};

/// The nearest boundary between device pixels.
float snap(float px, float device_pixel_ratio);

/// A line of a trace: anti-aliased, its width exact, its sharp turns sharp. Points in CSS px.
void stroke(ImDrawList& list, std::span<const ImVec2> points, ImU32 colour, float width_px);

/// Draws sheet, grid, traces and texts. Grid lines are whole device pixels; the 1-mm grid is left
/// out where its lines would be closer than three device pixels.
void draw_scene(ImDrawList& list, const Scene& scene, const ViewTransform& to_px,
                float device_pixel_ratio);

/// A rectangle of the sheet on screen.
Rect rect_on_screen(const SceneRect& rect, const ViewTransform& to_px);

}  // namespace ecg
