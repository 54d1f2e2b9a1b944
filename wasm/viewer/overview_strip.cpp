#include <algorithm>
#include <cmath>
#include <string>

#include "viewer/actions.h"
#include "viewer/panels.h"
#include "viewer/texts.h"
#include "viewer/theme.h"
#include "viewer/widgets.h"

namespace ecg {
namespace {

constexpr float kInset = 12;
constexpr float kLabelPx = 44;

void update_overview(const Workspace& workspace, OverviewState& state, std::size_t columns) {
  if (state.generation == workspace.trace_generation && state.columns == columns) return;
  const SignalView signal = workspace.filtered.signal;
  state.overview =
      signal.lead_count > 0 ? build_overview(signal, rhythm_lead(signal), columns) : Overview();
  state.generation = workspace.trace_generation;
  state.columns = columns;
}

/// The envelope as one vertical stroke per device column.
void draw_envelope(ImDrawList& list, const Overview& overview, const Rect& strip, float dpr) {
  const std::size_t count = overview.low_mv.size();
  const float range = std::max(0.2f, overview.highest_mv - overview.lowest_mv);
  const float middle = (overview.highest_mv + overview.lowest_mv) / 2;
  const float scale = (strip.height() - 8) / range;
  const float centre = (strip.top + strip.bottom) / 2;
  const float step = strip.width() / static_cast<float>(std::max<std::size_t>(count, 1));
  const float hair = 1 / dpr;
  float before = NAN;  // the previous column's middle, so that steep parts stay connected
  for (std::size_t i = 0; i < count; ++i) {
    const float low = overview.low_mv[i];
    const float high = overview.high_mv[i];
    if (!(low <= high)) {
      before = NAN;
      continue;
    }
    float top = centre - (high - middle) * scale;
    float bottom = centre - (low - middle) * scale;
    const float here = (top + bottom) / 2;
    if (before == before) {
      top = std::min(top, before);
      bottom = std::max(bottom, before);
    }
    before = here;
    const float x = strip.left + step * static_cast<float>(i);
    list.AddRectFilled({x, top - hair / 2}, {x + std::max(step, hair), bottom + hair / 2},
                       theme::kSecondary);
  }
}

void draw_window(ImDrawList& list, const Workspace& workspace, const Rect& strip,
                 double duration_s) {
  const double begin = workspace.view.start_s / duration_s;
  const double end = std::min(1.0, begin + sheet_seconds(workspace.view) / duration_s);
  if (begin <= 0 && end >= 1) return;  // everything is on the sheet
  const float left = strip.left + static_cast<float>(begin) * strip.width();
  const float right = strip.left + static_cast<float>(end) * strip.width();
  list.AddRectFilled({left, strip.top}, {right, strip.bottom}, theme::kAccentSoft, 4);
  list.AddRect({left, strip.top}, {right, strip.bottom}, theme::kAccent, 4);
}

void handle_pointer(Workspace& workspace, const Rect& strip, double duration_s) {
  ImGui::SetCursorScreenPos(strip.low());
  ImGui::InvisibleButton("overview", {strip.width(), strip.height()});
  const bool movable = duration_s > sheet_seconds(workspace.view);
  if (movable && ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  if (!movable || !ImGui::IsItemActive()) return;
  const double share = (ImGui::GetIO().MousePos.x - strip.left) / strip.width();
  set_start(workspace, share * duration_s - sheet_seconds(workspace.view) / 2);
}

constexpr std::string_view kScales[] = {"Fit", "1:1"};

/// "Fit" and "1:1" at the right end.
void show_scale_buttons(Workspace& workspace, const Rect& area) {
  const float width = widgets::segmented_width(kScales);
  const float y = std::floor((area.top + area.bottom - widgets::control_px()) / 2);
  ImGui::SetCursorScreenPos({area.right - width - kInset, y});
  const int selected = workspace.fit ? 0 : (is_to_scale(workspace.view) ? 1 : -1);
  const int chosen = widgets::segmented("scale", kScales, selected);
  if (chosen >= 0) run_action(workspace, chosen == 0 ? "zoom_reset" : "true_scale");
}

}  // namespace

void show_overview(Workspace& workspace, OverviewState& state, const Rect& area,
                   float device_pixel_ratio) {
  if (area.height() <= 0 || !workspace.open) return;
  begin_area("overview_area", area, theme::kPanel);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(area.low(), {area.right, area.top + 1}, theme::kLine);
  const Rect strip = {area.left + kInset + kLabelPx, area.top + 8,
                      area.right - 2 * kInset - widgets::segmented_width(kScales), area.bottom - 7};
  const auto columns = static_cast<std::size_t>(std::max(1.0f, strip.width() * device_pixel_ratio));
  update_overview(workspace, state, columns);
  const SignalView signal = workspace.filtered.signal;
  const double duration_s = signal.duration_s();
  if (signal.lead_count > 0 && duration_s > 0) {
    handle_pointer(workspace, strip, duration_s);
    draw_window(list, workspace, strip, duration_s);
    draw_envelope(list, state.overview, strip, device_pixel_ratio);
    const float y = std::floor((area.top + area.bottom) / 2);
    widgets::draw_text_clipped(list, {area.left + kInset, y - theme::kSmallPx}, kLabelPx - 6,
                               display_name(signal.leads[state.overview.lead]), theme::kText,
                               theme::Text::kSmallStrong);
    widgets::draw_text_clipped(list, {area.left + kInset, y}, kLabelPx - 6,
                               duration_text(duration_s), theme::kSecondary, theme::Text::kSmall);
  }
  show_scale_buttons(workspace, area);
  end_area();
}

}  // namespace ecg
