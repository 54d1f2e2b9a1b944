// Text of the widgets: measuring, drawing, cutting, tooltips.

#include <algorithm>
#include <string>

#include "viewer/widgets.h"

namespace ecg::widgets {

ImVec2 text_size(std::string_view text, theme::Text style) {
  return theme::font(style)->CalcTextSizeA(theme::size_px(style), 1e9f, 0, text.data(),
                                           text.data() + text.size());
}

float draw_text(ImDrawList& list, ImVec2 position, std::string_view text, ImU32 colour,
                theme::Text style) {
  list.AddText(theme::font(style), theme::size_px(style), position, colour, text.data(),
               text.data() + text.size());
  return text_size(text, style).x;
}

namespace {

/// Length of the longest prefix of whole UTF-8 characters that is at most width_px wide.
std::size_t fitting_prefix(std::string_view text, float width_px, theme::Text style) {
  std::size_t low = 0;
  std::size_t high = text.size();
  while (low < high) {
    const std::size_t middle = (low + high + 1) / 2;
    if (text_size(text.substr(0, middle), style).x <= width_px) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  while (low > 0 && low < text.size() && (static_cast<unsigned char>(text[low]) & 0xC0) == 0x80) {
    --low;
  }
  return low;
}

}  // namespace

float draw_text_clipped(ImDrawList& list, ImVec2 position, float width_px, std::string_view text,
                        ImU32 colour, theme::Text style) {
  if (text_size(text, style).x <= width_px) return draw_text(list, position, text, colour, style);
  constexpr std::string_view kEllipsis = "\u2026";
  const float room = width_px - text_size(kEllipsis, style).x;
  if (room <= 0) return 0;
  std::string cut(text.substr(0, fitting_prefix(text, room, style)));
  cut += kEllipsis;
  return draw_text(list, position, cut, colour, style);
}

void tooltip(std::string_view text) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(10, 8));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, theme::kCorner);
  ImGui::PushStyleColor(ImGuiCol_PopupBg, theme::kText);
  if (ImGui::BeginTooltip()) {
    theme::push(theme::Text::kSmall);
    ImGui::PushStyleColor(ImGuiCol_Text, theme::kPanel);
    ImGui::PushTextWrapPos(280);
    ImGui::TextUnformatted(text.data(), text.data() + text.size());
    ImGui::PopTextWrapPos();
    ImGui::PopStyleColor();
    theme::pop();
    ImGui::EndTooltip();
  }
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(2);
}

void hint_on_hover(std::string_view text) {
  if (!text.empty() && ImGui::IsItemHovered()) tooltip(text);
}

void paragraph(std::string_view text, ImU32 colour, theme::Text style) {
  theme::push(style);
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text.data(), text.data() + text.size());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
  theme::pop();
}

void heading(std::string_view text) { paragraph(text, theme::kText, theme::Text::kStrong); }

void gap(float height_px) { ImGui::Dummy({0, height_px - ImGui::GetStyle().ItemSpacing.y}); }

void divider() {
  gap(12);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + ImGui::GetContentRegionAvail().x, at.y + 1},
                                            theme::kLine);
  ImGui::Dummy({0, 1});
  gap(12);
}

float fact_value_px(float width_px) { return std::min(width_px * 0.38f, 140.0f); }

void fact(std::string_view label, std::string_view value, std::string_view hint) {
  const float width = ImGui::GetContentRegionAvail().x;
  const float value_at = fact_value_px(width);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  draw_text_clipped(list, at, value_at - 8, label, theme::kSecondary);
  ImFont* font = theme::font(theme::Text::kBody);
  const float wrap = width - value_at;
  const char* end = value.data() + value.size();
  const float height = font->CalcTextSizeA(theme::kBodyPx, 1e9f, wrap, value.data(), end).y;
  list.AddText(font, theme::kBodyPx, {at.x + value_at, at.y}, theme::kText, value.data(), end,
               wrap);
  ImGui::Dummy({width, height});
  hint_on_hover(hint);
}

void notice(std::string_view text, ImU32 colour, ImU32 ground) {
  constexpr float kInset = 12;
  constexpr float kPad = 8;
  const float width = ImGui::GetContentRegionAvail().x;
  ImFont* font = theme::font(theme::Text::kBody);
  const char* end = text.data() + text.size();
  const float wrap = width - 2 * kInset;
  const float height = font->CalcTextSizeA(theme::kBodyPx, 1e9f, wrap, text.data(), end).y;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 far = {at.x + width, at.y + height + 2 * kPad};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, far, ground, theme::kCorner);
  list.AddRectFilled(at, {at.x + 3, far.y}, colour, theme::kCorner, ImDrawFlags_RoundCornersLeft);
  list.AddText(font, theme::kBodyPx, {at.x + kInset, at.y + kPad}, theme::kText, text.data(), end,
               wrap);
  ImGui::Dummy({width, height + 2 * kPad});
}

}  // namespace ecg::widgets
