#include <algorithm>

#include "viewer/actions.h"
#include "viewer/panels.h"
#include "viewer/theme.h"
#include "viewer/widgets.h"

namespace ecg {
namespace {

constexpr float kRowPx = 28;
constexpr float kInset = 24;

void draw_key(ImDrawList& list, ImVec2 at, std::string_view key) {
  const float text = widgets::text_size(key, theme::Text::kSmall).x;
  const float width = std::max(24.0f, text + 14);
  list.AddRectFilled(at, {at.x + width, at.y + 22}, theme::kGround, 4);
  list.AddRect(at, {at.x + width, at.y + 22}, theme::kControlLine, 4);
  widgets::draw_text(list, {at.x + (width - text) / 2, at.y + (22 - theme::kSmallPx) / 2}, key,
                     theme::kText, theme::Text::kSmall);
}

void list_keys(float column_px, int columns) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  int count = 0;
  for (const Action& action : all_actions()) count += action.shown_key.empty() ? 0 : 1;
  const int rows = (count + columns - 1) / columns;
  int index = 0;
  for (const Action& action : all_actions()) {
    if (action.shown_key.empty()) continue;
    const float x = at.x + column_px * static_cast<float>(index / rows);
    const float y = at.y + kRowPx * static_cast<float>(index % rows);
    draw_key(list, {x, y}, action.shown_key);
    widgets::draw_text(list, {x + 44, y + (22 - theme::kBodyPx) / 2}, action.label, theme::kText);
    ++index;
  }
  ImGui::Dummy({column_px * static_cast<float>(columns), kRowPx * static_cast<float>(rows)});
}

void show_contents(Workspace& workspace, float width, int columns) {
  const ImVec2 corner = ImGui::GetWindowPos();
  ImGui::SetCursorScreenPos({corner.x + width - widgets::control_px() - 12, corner.y + 16});
  if (widgets::icon_button("close", widgets::Icon::kClose, "Close")) run_action(workspace, "close");
  ImGui::SetCursorScreenPos({corner.x + kInset, corner.y + kInset});
  ImGui::BeginGroup();
  widgets::heading("Keys");
  widgets::gap(12);
  list_keys((width - 2 * kInset) / static_cast<float>(columns), columns);
  widgets::gap(12);
  ImGui::PushTextWrapPos(width - kInset);
  widgets::paragraph(
      "Drag moves time, or the sheet when it is larger than the window; in Encode, over a sheet "
      "that "
      "is wholly seen, it hides or shows parts. Wheel or pinch zooms about the pointer. Double "
      "click: "
      "true scale and back.",
      theme::kSecondary);
  widgets::paragraph(
      "Files are read in this window and stay on this computer. For education and research only, "
      "not for diagnosis or patient care.",
      theme::kSecondary);
  ImGui::PopTextWrapPos();
  ImGui::EndGroup();
}

}  // namespace

void show_help(Workspace& workspace, float width_px, float height_px) {
  constexpr const char* kName = "help_sheet";
  if (workspace.help_open && !ImGui::IsPopupOpen(kName)) ImGui::OpenPopup(kName);
  const int columns = width_px >= 640 ? 2 : 1;
  const float width = std::min(columns == 2 ? 600.0f : 340.0f, width_px - 16);
  ImGui::SetNextWindowPos({width_px / 2, height_px / 2}, ImGuiCond_Always, {0.5f, 0.5f});
  ImGui::SetNextWindowSizeConstraints({width, 0}, {width, height_px - 16});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(kInset, kInset));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 10);
  constexpr ImGuiWindowFlags kFlags =
      ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize |
      ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings;
  if (ImGui::BeginPopupModal(kName, nullptr, kFlags)) {
    show_contents(workspace, width, columns);
    const bool outside = ImGui::IsMouseClicked(ImGuiMouseButton_Left) &&
                         !ImGui::IsWindowAppearing() &&
                         !ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows);
    if (outside) workspace.help_open = false;
    if (!workspace.help_open) ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar(2);
}

void show_empty_state(Workspace& workspace, const Rect& area) {
  if (workspace.host.on_page) return;
  constexpr std::string_view kTitle = "Drop an ECG here. It stays on this computer.";
  constexpr std::string_view kDetail =
      "DICOM, SCP-ECG, aECG, MUSE, Philips, Schiller, EDF, ISHNE, MFER, WFDB, CSV, MATLAB, NumPy, "
      "ZIP";
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float middle = (area.left + area.right) / 2;
  const float y = (area.top + area.bottom) / 2 - 60;
  const float title = widgets::text_size(kTitle, theme::Text::kBrand).x;
  widgets::draw_text(list, {middle - title / 2, y}, kTitle, theme::kText, theme::Text::kBrand);
  const float detail = widgets::text_size(kDetail).x;
  widgets::draw_text(list, {middle - detail / 2, y + 28}, kDetail, theme::kSecondary);
  const float width = widgets::button_width("Open the example");
  ImGui::SetCursorScreenPos({middle - width / 2, y + 64});
  if (widgets::button("empty_example", "Open the example", widgets::ButtonStyle::kPrimary)) {
    run_action(workspace, "example");
  }
}

}  // namespace ecg
