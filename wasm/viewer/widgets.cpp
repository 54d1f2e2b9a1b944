#include "viewer/widgets.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ecg::widgets {
namespace {

constexpr float kPadding = 12;
constexpr float kCaretRoom = 18;
bool touch_in_use = false;

/// An item of the given size at the cursor: where it is and what the pointer does with it.
struct Item {
  ImVec2 low, high;
  bool hovered = false, pressed = false, clicked = false;
};

Item place_item(const char* id, ImVec2 size, bool enabled = true) {
  Item item;
  item.low = ImGui::GetCursorScreenPos();
  item.high = {item.low.x + size.x, item.low.y + size.y};
  item.clicked = ImGui::InvisibleButton(id, size) && enabled;
  item.hovered = ImGui::IsItemHovered() && enabled;
  item.pressed = ImGui::IsItemActive() && enabled;
  if (item.hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  return item;
}

void draw_centred(const Item& item, std::string_view label, ImU32 colour, theme::Text style) {
  const ImVec2 size = text_size(label, style);
  const ImVec2 at = {std::floor((item.low.x + item.high.x - size.x) / 2),
                     std::floor((item.low.y + item.high.y - size.y) / 2)};
  draw_text(*ImGui::GetWindowDrawList(), at, label, colour, style);
}

ImU32 ground_of(const Item& item, ImU32 normal) {
  if (item.pressed) return theme::kPressed;
  return item.hovered ? theme::kHover : normal;
}

void draw_frame(const Item& item, ImU32 ground, ImU32 line) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(item.low, item.high, ground, theme::kCorner);
  if (line != 0) list.AddRect(item.low, item.high, line, theme::kCorner);
}

void draw_caret(ImVec2 centre, ImU32 colour) {
  const ImVec2 points[] = {{centre.x - 3.5f, centre.y - 2},
                           {centre.x, centre.y + 1.5f},
                           {centre.x + 3.5f, centre.y - 2}};
  ImGui::GetWindowDrawList()->AddPolyline(points, 3, colour, 1.4f);
}

void draw_icon(Icon icon, ImVec2 c, ImU32 colour) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  switch (icon) {
    case Icon::kHelp:
      break;  // drawn as text
    case Icon::kFold:
    case Icon::kUnfold: {
      list.AddRect({c.x - 8, c.y - 7}, {c.x + 8, c.y + 7}, colour, 2, 1.3f);
      const float x = c.x + 2.5f;
      if (icon == Icon::kFold) list.AddRectFilled({x, c.y - 6}, {c.x + 7, c.y + 6}, colour);
      if (icon == Icon::kUnfold) list.AddLine({x, c.y - 7}, {x, c.y + 7}, colour, 1.3f);
      break;
    }
    case Icon::kClose:
      list.AddLine({c.x - 5, c.y - 5}, {c.x + 5, c.y + 5}, colour, 1.5f);
      list.AddLine({c.x - 5, c.y + 5}, {c.x + 5, c.y - 5}, colour, 1.5f);
      break;
  }
}

}  // namespace

void set_touch(bool touch) { touch_in_use = touch; }

void scroll_by_touch() {
  const ImGuiID active = ImGui::GetActiveID();
  const bool free = active == 0 || active == ImGui::GetCurrentWindow()->MoveId;
  const bool here = ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
  if (!touch_in_use || !free || !here || !ImGui::IsMouseDragging(ImGuiMouseButton_Left, 6)) return;
  ImGui::SetScrollY(std::max(0.0f, ImGui::GetScrollY() - ImGui::GetIO().MouseDelta.y));
}

float control_px() { return touch_in_use ? theme::kTouchControlPx : theme::kControlPx; }

float button_width(std::string_view label) { return std::ceil(text_size(label).x) + 2 * kPadding; }

bool button(const char* id, std::string_view label, ButtonStyle style, bool enabled,
            float width_px) {
  const Item item =
      place_item(id, {width_px > 0 ? width_px : button_width(label), control_px()}, enabled);
  if (style == ButtonStyle::kPrimary) {
    const ImU32 ground = item.hovered || item.pressed ? theme::kAccentHover : theme::kAccent;
    draw_frame(item, enabled ? ground : theme::kLine, 0);
    draw_centred(item, label, enabled ? theme::kPanel : theme::kSecondary, theme::Text::kBody);
    return item.clicked;
  }
  const bool quiet = style == ButtonStyle::kQuiet;
  const ImU32 ground = ground_of(item, quiet ? theme::rgb(0, 0) : theme::kPanel);
  draw_frame(item, ground, quiet ? 0 : theme::kControlLine);
  draw_centred(item, label, enabled ? theme::kText : theme::kDisabled, theme::Text::kBody);
  return item.clicked;
}

bool icon_button(const char* id, Icon icon, std::string_view hint) {
  const Item item = place_item(id, {control_px(), control_px()});
  draw_frame(item, ground_of(item, theme::rgb(0, 0)), 0);
  const ImVec2 centre = {(item.low.x + item.high.x) / 2, (item.low.y + item.high.y) / 2};
  if (icon == Icon::kHelp) {
    draw_centred(item, "?", theme::kText, theme::Text::kStrong);
  } else {
    draw_icon(icon, centre, theme::kText);
  }
  hint_on_hover(hint);
  return item.clicked;
}

float segmented_width(std::span<const std::string_view> labels) {
  float widest = 0;
  for (const std::string_view label : labels)
    widest = std::max(widest, text_size(label, theme::Text::kStrong).x);
  return (std::ceil(widest) + 2 * kPadding) * static_cast<float>(labels.size());
}

int segmented(const char* id, std::span<const std::string_view> labels, int selected,
              float width_px) {
  const float total = width_px > 0 ? width_px : segmented_width(labels);
  const float each = total / static_cast<float>(labels.size());
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float height = control_px();
  list.AddRectFilled(at, {at.x + total, at.y + height}, theme::kHover, theme::kCorner);
  list.AddRect(at, {at.x + total, at.y + height}, theme::kLine, theme::kCorner);
  int chosen = -1;
  ImGui::PushID(id);
  for (int i = 0; i < static_cast<int>(labels.size()); ++i) {
    ImGui::SetCursorScreenPos({at.x + each * static_cast<float>(i), at.y});
    ImGui::PushID(i);
    Item item = place_item("segment", {each, height});
    ImGui::PopID();
    if (item.clicked && i != selected) chosen = i;
    if (i == selected) {
      item.low = {item.low.x + 2, item.low.y + 2};
      item.high = {item.high.x - 2, item.high.y - 2};
      list.AddRectFilled(item.low, item.high, theme::kPanel, theme::kCorner - 2);
      list.AddRect(item.low, item.high, theme::kControlLine, theme::kCorner - 2);
    }
    const ImU32 colour = i == selected ? theme::kAccent : theme::kText;
    draw_centred(item, labels[static_cast<std::size_t>(i)], colour,
                 i == selected ? theme::Text::kStrong : theme::Text::kBody);
  }
  ImGui::PopID();
  return chosen;
}

float dropdown_width(std::string_view text) { return button_width(text) + kCaretRoom - 4; }

namespace {

bool list_row(int index, std::string_view label, float width, bool selected) {
  ImGui::PushID(index);
  const Item item = place_item("row", {width, control_px()});
  ImGui::PopID();
  if (item.hovered) draw_frame(item, theme::kHover, 0);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float y = std::floor((item.low.y + item.high.y - theme::kBodyPx) / 2);
  if (selected) draw_text(list, {item.low.x + 10, y}, "\u2713", theme::kAccent);
  draw_text(list, {item.low.x + 32, y}, label, theme::kText);
  return item.clicked;
}

}  // namespace

int dropdown(const char* id, std::string_view text, std::span<const std::string_view> options,
             int selected, std::string_view hint) {
  const Item item = place_item(id, {dropdown_width(text), control_px()});
  draw_frame(item, ground_of(item, theme::kPanel), theme::kControlLine);
  const float middle = (item.low.y + item.high.y) / 2;
  draw_text(*ImGui::GetWindowDrawList(),
            {item.low.x + kPadding, std::floor(middle - theme::kBodyPx / 2)}, text, theme::kText);
  draw_caret({item.high.x - 14, middle + 0.5f}, theme::kSecondary);
  char popup[64];
  std::snprintf(popup, sizeof popup, "%s_list", id);
  if (item.clicked) ImGui::OpenPopup(popup);
  if (!ImGui::IsPopupOpen(popup)) {
    hint_on_hover(hint);
    return -1;
  }
  float width = item.high.x - item.low.x;
  for (const std::string_view option : options) width = std::max(width, text_size(option).x + 48);
  int chosen = -1;
  ImGui::SetNextWindowPos({item.low.x, item.high.y + 4});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(4, 4));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  if (ImGui::BeginPopup(popup, ImGuiWindowFlags_NoMove)) {
    for (int i = 0; i < static_cast<int>(options.size()); ++i) {
      if (!list_row(i, options[static_cast<std::size_t>(i)], width, i == selected)) continue;
      chosen = i;
      ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar(2);
  return chosen == selected ? -1 : chosen;
}

bool slider(const char* id, double& value, double low, double high, double step) {
  const float width = ImGui::GetContentRegionAvail().x;
  const Item item = place_item(id, {width, control_px()});
  constexpr float kKnob = 8;
  const float left = item.low.x + kKnob;
  const float right = item.high.x - kKnob;
  bool changed = false;
  if (item.pressed && right > left) {
    const double share =
        std::clamp((ImGui::GetIO().MousePos.x - left) / (right - left), 0.0f, 1.0f);
    const double wanted = low + std::round(share * (high - low) / step) * step;
    changed = std::abs(wanted - value) > step * 1e-6;
    if (changed) value = wanted;
  }
  const float x = left + static_cast<float>((value - low) / (high - low)) * (right - left);
  const float y = std::floor((item.low.y + item.high.y) / 2);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled({left - 2, y - 2}, {right + 2, y + 2}, theme::kPressed, 2);
  list.AddRectFilled({left - 2, y - 2}, {x, y + 2}, theme::kAccent, 2);
  if (item.hovered || item.pressed) list.AddCircleFilled({x, y}, kKnob + 4, theme::kAccentSoft);
  list.AddCircleFilled({x, y}, kKnob, theme::kPanel);
  list.AddCircle({x, y}, kKnob, theme::kAccent, 0, 2);
  return changed;
}

}  // namespace ecg::widgets
