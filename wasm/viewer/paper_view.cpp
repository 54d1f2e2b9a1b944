#include <algorithm>
#include <cmath>
#include <string>

#include "viewer/panels.h"
#include "viewer/theme.h"
#include "viewer/widgets.h"

namespace ecg {
namespace {

constexpr double kPxPerMm = 96 / 25.4;  ///< CSS pixels per mm at true scale
constexpr double kMarginPx = 12;
constexpr double kWheelStep = 1.15;

/// The view without what does not change the scene's lines.
ViewState scene_key(ViewState view) {
  view.zoom = is_to_scale(view) ? 1 : 2;
  view.pan_x_mm = view.pan_y_mm = 0;
  return view;
}

void build_if_changed(const Workspace& workspace, PaperState& paper, float dpr) {
  const ViewState key = scene_key(shown_view(workspace));
  const double px_per_mm = kPxPerMm * workspace.view.zoom * dpr;
  const bool same = paper.built && paper.built_generation == workspace.trace_generation &&
                    paper.built_view == key && paper.px_per_mm == px_per_mm;
  if (same) return;
  paper.scene = build_scene(shown_signal(workspace), key, px_per_mm);
  paper.built_view = key;
  paper.built_generation = workspace.trace_generation;
  paper.px_per_mm = px_per_mm;
  paper.built = true;
  ++paper.builds;
}

/// A slightly smaller scale at which a millimetre is a whole number of device pixels, or a half
/// where that would cost too much: otherwise the distances of grid lines vary visibly.
double even_grid(double px_per_mm) {
  constexpr double kMostLost = 0.10;
  const double whole = std::floor(px_per_mm);
  if (whole >= px_per_mm * (1 - kMostLost)) return whole;
  const double half = std::floor(px_per_mm * 2) / 2;
  return half >= px_per_mm * (1 - kMostLost) ? half : px_per_mm;
}

void fit_sheet(Workspace& workspace, const Scene& scene, const Rect& area, float dpr) {
  if (!workspace.fit || scene.width_mm <= 0 || scene.height_mm <= 0) return;
  const double across = (area.width() - 2 * kMarginPx) / (scene.width_mm * kPxPerMm);
  const double down = (area.height() - 2 * kMarginPx) / (scene.height_mm * kPxPerMm);
  const double px_per_mm = even_grid(std::min(across, down) * kPxPerMm * dpr);
  workspace.view.zoom = std::clamp(px_per_mm / (kPxPerMm * dpr), kLowestZoom, kHighestZoom);
  workspace.view.pan_x_mm = workspace.view.pan_y_mm = 0;
}

/// Keeps the sheet from leaving the area.
void limit_pan(ViewState& view, const Scene& scene, const Rect& area) {
  const double px_per_mm = kPxPerMm * view.zoom;
  const double spare_x =
      std::max(0.0, (scene.width_mm - (area.width() - 2 * kMarginPx) / px_per_mm) / 2);
  const double spare_y =
      std::max(0.0, (scene.height_mm - (area.height() - 2 * kMarginPx) / px_per_mm) / 2);
  view.pan_x_mm = std::clamp(view.pan_x_mm, -spare_x, spare_x);
  view.pan_y_mm = std::clamp(view.pan_y_mm, -spare_y, spare_y);
}

void update_scene(Workspace& workspace, PaperState& paper, const Rect& area, float dpr) {
  build_if_changed(workspace, paper, dpr);
  fit_sheet(workspace, paper.scene, area, dpr);
  limit_pan(workspace.view, paper.scene, area);
  build_if_changed(workspace, paper, dpr);
  paper.area = area;
  paper.to_px = view_transform(paper.scene, workspace.view, area.width(), area.height(), kPxPerMm);
  paper.to_px.offset_x_px = snap(static_cast<float>(paper.to_px.offset_x_px) + area.left, dpr);
  paper.to_px.offset_y_px = snap(static_cast<float>(paper.to_px.offset_y_px) + area.top, dpr);
}

/// Drag: moves the sheet where it is larger than the area, else the time it shows.
void drag(Workspace& workspace, const PaperState& paper, ImVec2 by) {
  ViewState& view = workspace.view;
  const double px_per_mm = paper.to_px.px_per_mm;
  const bool wider = paper.scene.width_mm * px_per_mm > paper.area.width();
  if (wider && !ImGui::GetIO().KeyShift) {
    view.pan_x_mm -= by.x / px_per_mm;
  } else {
    set_start(workspace, view.start_s - by.x / (px_per_mm * view.speed_mm_per_s));
  }
  view.pan_y_mm -= by.y / px_per_mm;
}

void handle_wheel(Workspace& workspace, const PaperState& paper) {
  const ImGuiIO& io = ImGui::GetIO();
  const float sideways = io.MouseWheelH != 0 ? io.MouseWheelH : (io.KeyShift ? io.MouseWheel : 0);
  if (sideways != 0) {
    set_start(workspace, workspace.view.start_s - 0.1 * sideways * sheet_seconds(workspace.view));
    return;
  }
  if (io.MouseWheel != 0) {
    zoom_paper(workspace, paper, io.MousePos, std::pow(kWheelStep, io.MouseWheel));
  }
}

void toggle_true_scale(Workspace& workspace) {
  workspace.fit = !workspace.fit;
  if (!workspace.fit) workspace.view.zoom = 1;
}

/// A click hides the token under it from the model or shows it. While the whole sheet is seen, so
/// that there is nothing to move, a drag does to all it passes what its first token asks. Whether
/// it does.
bool paint_tokens(Workspace& workspace, std::optional<std::size_t> token) {
  constexpr float kStillPx = 3;
  const ImGuiIO& io = ImGui::GetIO();
  const bool seen = token && workspace.encoder.mask()[*token] == 0;
  if (token && workspace.fit && ImGui::IsItemActivated()) workspace.painting = seen;
  const bool painting = workspace.painting.has_value();
  const bool still = io.MouseDragMaxDistanceSqr[ImGuiMouseButton_Left] < kStillPx * kStillPx;
  const bool click = !painting && still && ImGui::IsItemDeactivated();
  if (token && (painting || click)) {
    workspace.encoder.hide_token(*token, workspace.painting.value_or(seen));
  }
  if (!ImGui::IsItemActive()) workspace.painting.reset();
  return painting;
}

void handle_input(Workspace& workspace, PaperState& paper, const Rect& area) {
  ImGui::SetCursorScreenPos(area.low());
  ImGui::InvisibleButton("paper", {area.width(), area.height()});
  const bool active = ImGui::IsItemActive();
  const bool hovered = ImGui::IsItemHovered();
  if (hovered || active) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeAll);
  const auto token = token_at(workspace, paper, ImGui::GetIO().MousePos);
  const bool painting = paint_tokens(workspace, token);
  if (active && !painting && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 2)) {
    drag(workspace, paper, ImGui::GetIO().MouseDelta);
  }
  if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) toggle_true_scale(workspace);
  if (!hovered) return;
  handle_wheel(workspace, paper);
  if (token && !active) {
    workspace.hovered_token = token;
    widgets::tooltip(token_sentence(workspace, *token));
  }
}

/// Speed, gain and filter at the lower edge while the sheet's own line of them is out of sight.
void draw_scale_caption(ImDrawList& list, const PaperState& paper, const Rect& area) {
  std::string caption;
  bool all_seen = true;
  for (const SceneText& text : paper.scene.texts) {
    if (text.role != TextRole::kScale && text.role != TextRole::kWarning) continue;
    caption += (caption.empty() ? "" : "   ") + text.text;
    const ImVec2 at = {static_cast<float>(paper.to_px.x_px(text.x_mm)),
                       static_cast<float>(paper.to_px.y_px(text.y_mm))};
    all_seen = all_seen && area.contains(at);
  }
  if (all_seen || caption.empty()) return;
  const ImVec2 size = widgets::text_size(caption, theme::Text::kSmall);
  const ImVec2 low = {area.left + theme::kSpace, area.bottom - size.y - 3 * theme::kSpace};
  const ImVec2 high = {low.x + size.x + 2 * theme::kSpace, area.bottom - theme::kSpace};
  list.AddRectFilled(low, high, theme::rgb(0xFFFFFF, 0.92), theme::kCorner);
  list.AddRect(low, high, theme::kControlLine, theme::kCorner);
  widgets::draw_text(list, {low.x + theme::kSpace, low.y + theme::kSpace}, caption, theme::kText,
                     theme::Text::kSmall);
}

/// The desktop's message, above the sheet; a click removes it.
void show_message(Workspace& workspace, const Rect& area) {
  if (workspace.message.empty()) return;
  const float width = std::min(560.0f, area.width() - 32);
  ImGui::SetCursorScreenPos({std::floor((area.left + area.right - width) / 2), area.top + 16});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, theme::kPanel);
  ImGui::PushStyleVar(ImGuiStyleVar_ChildRounding, theme::kCorner);
  ImGui::BeginChild("message", {width, 0}, ImGuiChildFlags_AutoResizeY);
  widgets::notice(workspace.message, theme::kAccent, theme::kAccentSoft);
  if (ImGui::IsItemClicked()) workspace.message.clear();
  ImGui::EndChild();
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
}

}  // namespace

void begin_area(const char* name, const Rect& area, ImU32 ground, ImVec2 padding) {
  constexpr ImGuiWindowFlags kFlags =
      ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
      ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoDocking |
      ImGuiWindowFlags_NoScrollWithMouse;
  ImGui::SetNextWindowPos(area.low());
  ImGui::SetNextWindowSize({area.width(), area.height()});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, padding);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, ImVec2(1, 1));
  ImGui::PushStyleColor(ImGuiCol_WindowBg, ground);
  ImGui::Begin(name, nullptr, kFlags);
}

void end_area() {
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(3);
}

void zoom_paper(Workspace& workspace, const PaperState& paper, ImVec2 pointer, double factor) {
  if (!paper.built || !workspace.open || !(factor > 0)) return;
  ViewState& view = workspace.view;
  factor = std::clamp(factor, kLowestZoom / view.zoom, kHighestZoom / view.zoom);
  workspace.fit = false;
  zoom_about(view, paper.scene, paper.area.width(), paper.area.height(), kPxPerMm,
             pointer.x - paper.area.left, pointer.y - paper.area.top, factor);
}

void show_paper(Workspace& workspace, PaperState& paper, const Rect& area,
                float device_pixel_ratio) {
  begin_area("paper_area", area, theme::kGround);
  if (workspace.open) {
    update_scene(workspace, paper, area, device_pixel_ratio);
    handle_input(workspace, paper, area);
    update_scene(workspace, paper, area, device_pixel_ratio);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Rect sheet =
        rect_on_screen({0, 0, paper.scene.width_mm, paper.scene.height_mm}, paper.to_px);
    list.AddRectFilled({sheet.left - 1, sheet.top - 1}, {sheet.right + 1, sheet.bottom + 2},
                       theme::rgb(0x1F2933, 0.10));
    draw_scene(list, paper.scene, paper.to_px, device_pixel_ratio);
    draw_encode_overlay(list, workspace, paper);
    draw_scale_caption(list, paper, area);
  } else {
    show_empty_state(workspace, area);
  }
  show_message(workspace, area);
  end_area();
}

}  // namespace ecg
