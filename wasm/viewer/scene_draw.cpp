#include "viewer/scene_draw.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "plot/style.h"
#include "viewer/theme.h"

namespace ecg {
namespace {

constexpr double kTraceLeastDevicePx = 1.4;
constexpr double kTraceMostPx = 2.4;
constexpr double kClosestGridDevicePx = 3;
constexpr double kTextLineMm = 4.2;

ImU32 packed(Rgb colour, double opacity = 1) {
  return IM_COL32(colour.red, colour.green, colour.blue, static_cast<int>(255 * opacity + 0.5));
}

/// What all parts of one drawing share.
struct Canvas {
  ImDrawList& list;
  const ViewTransform& to_px;
  float dpr;

  ImVec2 at(ScenePoint point) const {
    return {static_cast<float>(to_px.x_px(point.x_mm)), static_cast<float>(to_px.y_px(point.y_mm))};
  }
};

/// A horizontal or vertical line as a rectangle of whole device pixels.
void draw_rule(const Canvas& canvas, const SceneLine& line) {
  const ImVec2 a = canvas.at(line.points.front());
  const ImVec2 b = canvas.at(line.points.back());
  const double wanted = width_mm_of(line.kind) * canvas.to_px.px_per_mm * canvas.dpr;
  const float width = static_cast<float>(std::max(1.0, std::round(wanted))) / canvas.dpr;
  const ImVec2 low = {snap(std::min(a.x, b.x), canvas.dpr), snap(std::min(a.y, b.y), canvas.dpr)};
  const ImVec2 high = {snap(std::max(a.x, b.x), canvas.dpr), snap(std::max(a.y, b.y), canvas.dpr)};
  const bool vertical = high.x - low.x < high.y - low.y;
  const ImVec2 far = vertical ? ImVec2(low.x + width, high.y) : ImVec2(high.x, low.y + width);
  const double opacity = opacity_of(line.kind, canvas.to_px.px_per_mm * canvas.dpr);
  canvas.list.AddRectFilled(low, far, packed(colour_of(line.kind), opacity));
}

void draw_trace(const Canvas& canvas, const SceneLine& line, std::vector<ImVec2>& points) {
  points.clear();
  for (const ScenePoint& point : line.points) points.push_back(canvas.at(point));
  const double natural = width_mm_of(line.kind) * canvas.to_px.px_per_mm;
  const double least = kTraceLeastDevicePx / canvas.dpr;
  const auto width = static_cast<float>(std::clamp(natural, least, kTraceMostPx));
  const ImU32 colour = packed(colour_of(line.kind));
  if (points.size() == 1) {
    canvas.list.AddCircleFilled(points.front(), width, colour);
    return;
  }
  stroke(canvas.list, points, colour, width);
}

bool is_rule(LineKind kind) { return kind != LineKind::kTrace && kind != LineKind::kCalibration; }

void draw_lines(const Canvas& canvas, const Scene& scene) {
  const bool fine_grid = canvas.to_px.px_per_mm * canvas.dpr >= kClosestGridDevicePx;
  std::vector<ImVec2> points;
  for (const SceneLine& line : scene.lines) {
    if (line.points.empty() || (line.kind == LineKind::kMinorGrid && !fine_grid)) continue;
    if (is_rule(line.kind)) {
      draw_rule(canvas, line);
    } else {
      draw_trace(canvas, line, points);
    }
  }
}

/// Text of paper colour around `at`, so that what lies behind does not run into the letters.
void draw_outline(const Canvas& canvas, ImFont* font, float size, ImVec2 at,
                  const SceneText& text) {
  const auto out = static_cast<float>(kTextOutlineMm * canvas.to_px.px_per_mm);
  const char* begin = text.text.data();
  for (const ImVec2 way :
       {ImVec2(-1, 0), ImVec2(1, 0), ImVec2(0, -1), ImVec2(0, 1), ImVec2(-0.7f, -0.7f),
        ImVec2(0.7f, -0.7f), ImVec2(-0.7f, 0.7f), ImVec2(0.7f, 0.7f)}) {
    canvas.list.AddText(font, size, {at.x + way.x * out, at.y + way.y * out}, packed(kPaperColour),
                        begin, begin + text.text.size());
  }
}

void draw_scene_text(const Canvas& canvas, const SceneText& text) {
  const theme::Text style = is_bold(text.role) ? theme::Text::kStrong : theme::Text::kBody;
  // On a very small sheet the lines of text would run into each other: they are 5 mm apart.
  const double least =
      std::min<double>(theme::kPaperTextEmPx, kTextLineMm * canvas.to_px.px_per_mm);
  const double em =
      std::clamp<double>(text.size_mm * canvas.to_px.px_per_mm, least, theme::kPaperTextMostEmPx);
  const float size =
      std::round(static_cast<float>(em) * theme::kLinePerEm * canvas.dpr) / canvas.dpr;
  ImFont* font = theme::font(style);
  const char* end = text.text.data() + text.text.size();
  const float width = font->CalcTextSizeA(size, 1e9f, 0, text.text.data(), end).x;
  float x = static_cast<float>(canvas.to_px.x_px(text.x_mm));
  if (text.anchor == TextAnchor::kMiddle) x -= width / 2;
  if (text.anchor == TextAnchor::kEnd) x -= width;
  const float y = static_cast<float>(canvas.to_px.y_px(text.y_mm)) - size * theme::kAscentPerLine;
  const ImVec2 at = {snap(x, canvas.dpr), snap(y, canvas.dpr)};
  if (is_outlined(text.role)) draw_outline(canvas, font, size, at, text);
  canvas.list.AddText(font, size, at, packed(colour_of(text.role)), text.text.data(), end);
}

/// True where the line turns by more than 60 degrees at b.
bool turns_sharply(ImVec2 a, ImVec2 b, ImVec2 c) {
  const ImVec2 in = {b.x - a.x, b.y - a.y};
  const ImVec2 out = {c.x - b.x, c.y - b.y};
  const float along = in.x * out.x + in.y * out.y;
  const float lengths = (in.x * in.x + in.y * in.y) * (out.x * out.x + out.y * out.y);
  return along <= 0 || along * along < 0.25f * lengths;
}

}  // namespace

float snap(float px, float device_pixel_ratio) {
  return std::round(px * device_pixel_ratio) / device_pixel_ratio;
}

void stroke(ImDrawList& list, std::span<const ImVec2> points, ImU32 colour, float width_px) {
  // ImGui averages the normals at a joint, which thins a line where it turns back. So the line is
  // cut at sharp turns; the pieces overlap by sharing the point.
  std::size_t begin = 0;
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    if (!turns_sharply(points[i - 1], points[i], points[i + 1])) continue;
    list.AddPolyline(points.data() + begin, static_cast<int>(i - begin + 1), colour, width_px);
    begin = i;
  }
  list.AddPolyline(points.data() + begin, static_cast<int>(points.size() - begin), colour,
                   width_px);
}

Rect rect_on_screen(const SceneRect& rect, const ViewTransform& to_px) {
  return {static_cast<float>(to_px.x_px(rect.left_mm)), static_cast<float>(to_px.y_px(rect.top_mm)),
          static_cast<float>(to_px.x_px(rect.right_mm)),
          static_cast<float>(to_px.y_px(rect.bottom_mm))};
}

void draw_scene(ImDrawList& list, const Scene& scene, const ViewTransform& to_px,
                float device_pixel_ratio) {
  const Canvas canvas{list, to_px, device_pixel_ratio};
  const Rect sheet = rect_on_screen({0, 0, scene.width_mm, scene.height_mm}, to_px);
  list.AddRectFilled(sheet.low(), sheet.high(), packed(kPaperColour));
  const Rect paper = rect_on_screen(scene.paper, to_px);
  const float hair = 1 / device_pixel_ratio;
  list.PushClipRect(paper.low(), {paper.right + 2 * hair, paper.bottom + 2 * hair}, true);
  draw_lines(canvas, scene);
  list.PopClipRect();
  for (const SceneText& text : scene.texts) draw_scene_text(canvas, text);
}

}  // namespace ecg
