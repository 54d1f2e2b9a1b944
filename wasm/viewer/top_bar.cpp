#include <array>
#include <string>

#include "viewer/actions.h"
#include "viewer/panels.h"
#include "viewer/texts.h"
#include "viewer/theme.h"
#include "viewer/widgets.h"

namespace ecg {
namespace {

constexpr float kEdge = 12;
constexpr float kBrandGap = 16;
constexpr std::array<std::string_view, 2> kModes = {"Read", "Encode"};
constexpr std::string_view kBrand = "Einthoven";

std::string speed_text(double speed) { return number_text(speed, 2) + " mm/s"; }
std::string gain_text(double gain) { return number_text(gain, 2) + " mm/mV"; }

std::string_view layout_label(Layout layout) {
  return layout == Layout::kCabrera ? std::string_view("Cabrera") : layout_name(layout);
}

float brand_width() { return widgets::text_size(kBrand, theme::Text::kBrand).x + kBrandGap; }

/// Width of the left group: brand, Open, Example, modes.
float left_width() {
  return brand_width() + widgets::button_width("Open") + widgets::button_width("Example") +
         widgets::segmented_width(kModes) + 2 * theme::kSpace + kBrandGap;
}

float choices_width(const Workspace& workspace) {
  return widgets::dropdown_width(speed_text(workspace.view.speed_mm_per_s)) +
         widgets::dropdown_width(gain_text(workspace.view.gain_mm_per_mv)) +
         widgets::dropdown_width(display_filter_label(workspace.filter)) +
         widgets::dropdown_width(layout_label(workspace.view.layout)) + 3 * theme::kSpace;
}

float icons_width() { return 2 * widgets::control_px() + theme::kSpace; }

/// On a phone there are no keys to explain and no room for the sign that explains them.
bool with_help(float width_px) {
  return left_width() - brand_width() + icons_width() + 2 * kEdge + theme::kSpace <= width_px;
}

bool one_row(const Workspace& workspace, float width_px) {
  return left_width() + choices_width(workspace) + icons_width() + 2 * kEdge + 4 * theme::kSpace <=
         width_px;
}

/// Rows of the bar: everything in one; choices below; choices in two rows of their own.
int row_count(const Workspace& workspace, float width_px) {
  if (one_row(workspace, width_px)) return 1;
  return choices_width(workspace) + 2 * kEdge <= width_px ? 2 : 3;
}

void show_left(Workspace& workspace, ImVec2 at, bool with_brand) {
  if (with_brand) {
    const float y = at.y + (widgets::control_px() - theme::kBrandPx) / 2;
    widgets::draw_text(*ImGui::GetWindowDrawList(), {at.x, y}, kBrand, theme::kAccent,
                       theme::Text::kBrand);
    at.x += brand_width();
  }
  ImGui::SetCursorScreenPos(at);
  if (widgets::button("open", "Open", widgets::ButtonStyle::kPrimary))
    run_action(workspace, "open");
  widgets::hint_on_hover("Open ECG files. They stay on this computer.");
  ImGui::SameLine();
  if (widgets::button("example", "Example")) run_action(workspace, "example");
  widgets::hint_on_hover("Open a simulated ECG.");
  ImGui::SameLine(0, kBrandGap);
  const int mode = widgets::segmented("mode", kModes, workspace.mode == Mode::kRead ? 0 : 1);
  if (mode >= 0) set_mode(workspace, mode == 0 ? Mode::kRead : Mode::kEncode);
}

template <std::size_t N>
void choose_number(Workspace& workspace, const char* id, const std::array<double, N>& steps,
                   double value, std::string (*text)(double), std::string_view hint) {
  std::array<std::string, N> texts;
  std::array<std::string_view, N> options;
  int selected = -1;
  for (std::size_t i = 0; i < N; ++i) {
    texts[i] = text(steps[i]);
    options[i] = texts[i];
    if (steps[i] == value) selected = static_cast<int>(i);
  }
  const int chosen = widgets::dropdown(id, text(value), options, selected, hint);
  if (chosen < 0) return;
  run_action(workspace, std::string("set_") + id + ":" +
                            number_text(steps[static_cast<std::size_t>(chosen)], 3));
}

void choose_filter(Workspace& workspace) {
  std::array<std::string_view, kDisplayFilters.size()> options;
  for (std::size_t i = 0; i < options.size(); ++i)
    options[i] = display_filter_label(kDisplayFilters[i]);
  const int chosen = widgets::dropdown("filter", display_filter_label(workspace.filter), options,
                                       static_cast<int>(workspace.filter),
                                       "Filter of the drawn trace. The recording stays as it is.");
  if (chosen >= 0) set_filter(workspace, kDisplayFilters[static_cast<std::size_t>(chosen)]);
}

void choose_layout(Workspace& workspace) {
  std::array<std::string_view, kLayouts.size()> options;
  int selected = -1;
  for (std::size_t i = 0; i < options.size(); ++i) {
    options[i] = layout_label(kLayouts[i]);
    if (kLayouts[i] == workspace.view.layout) selected = static_cast<int>(i);
  }
  const int chosen = widgets::dropdown("layout", layout_label(workspace.view.layout), options,
                                       selected, "Arrangement of the leads");
  if (chosen < 0) return;
  const Layout layout = kLayouts[static_cast<std::size_t>(chosen)];
  run_action(workspace, "set_layout:" + std::string(layout_name(layout)));
}

void show_choices(Workspace& workspace, ImVec2 at, bool wrapped) {
  ImGui::SetCursorScreenPos(at);
  choose_number(workspace, "speed", kSpeedsMmPerS, workspace.view.speed_mm_per_s, speed_text,
                "Paper speed");
  ImGui::SameLine();
  choose_number(workspace, "gain", kGainsMmPerMv, workspace.view.gain_mm_per_mv, gain_text, "Gain");
  if (wrapped) {
    ImGui::SetCursorScreenPos({at.x, at.y + widgets::control_px() + theme::kSpace});
  } else {
    ImGui::SameLine();
  }
  choose_filter(workspace);
  ImGui::SameLine();
  choose_layout(workspace);
}

void show_icons(Workspace& workspace, ImVec2 at, bool help) {
  if (help) {
    ImGui::SetCursorScreenPos(at);
    if (widgets::icon_button("help", widgets::Icon::kHelp, "Keys and help"))
      run_action(workspace, "help");
  }
  ImGui::SetCursorScreenPos({at.x + widgets::control_px() + theme::kSpace, at.y});
  const auto icon = workspace.panel_open ? widgets::Icon::kFold : widgets::Icon::kUnfold;
  const std::string_view hint = workspace.panel_open ? "Fold the panel" : "Unfold the panel";
  if (widgets::icon_button("panel", icon, hint)) run_action(workspace, "panel");
}

}  // namespace

float top_bar_height(const Workspace& workspace, float width_px) {
  const auto rows = static_cast<float>(row_count(workspace, width_px));
  return rows * (widgets::control_px() + theme::kSpace) + theme::kSpace;
}

void show_top_bar(Workspace& workspace, const Rect& area) {
  begin_area("top_bar", area, theme::kPanel);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled({area.left, area.bottom - 1}, area.high(), theme::kLine);
  const float y = area.top + theme::kSpace;
  const int rows = row_count(workspace, area.width());
  const bool single = rows == 1;
  const float icons_at = area.right - kEdge - icons_width();
  const bool with_brand = left_width() + icons_width() + 2 * kEdge + theme::kSpace <= area.width();
  show_left(workspace, {area.left + kEdge, y}, with_brand);
  show_icons(workspace, {icons_at, y}, with_help(area.width()));
  const float choices_at =
      single ? icons_at - theme::kSpace * 2 - choices_width(workspace) : area.left + kEdge;
  show_choices(workspace, {choices_at, single ? y : y + widgets::control_px() + theme::kSpace},
               rows == 3);
  end_area();
}

}  // namespace ecg
