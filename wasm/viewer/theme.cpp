#include "viewer/theme.h"

extern const unsigned char ecg_font_regular[];
extern const unsigned int ecg_font_regular_size;
extern const unsigned char ecg_font_semibold[];
extern const unsigned int ecg_font_semibold_size;

namespace ecg::theme {
namespace {

ImFont* add_font(const unsigned char* bytes, unsigned size) {
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;
  config.OversampleH = 2;
  // ImGui takes a mutable pointer for historical reasons; it never writes to data it does not own.
  return ImGui::GetIO().Fonts->AddFontFromMemoryTTF(const_cast<unsigned char*>(bytes),
                                                    static_cast<int>(size), kBodyPx, &config);
}

void set_colours(ImGuiStyle& style) {
  const auto set = [&](ImGuiCol slot, ImU32 colour) {
    style.Colors[slot] = ImGui::ColorConvertU32ToFloat4(colour);
  };
  set(ImGuiCol_Text, kText);
  set(ImGuiCol_TextDisabled, kSecondary);
  set(ImGuiCol_WindowBg, kGround);
  set(ImGuiCol_ChildBg, rgb(0, 0));
  set(ImGuiCol_PopupBg, kPanel);
  set(ImGuiCol_Border, kLine);
  set(ImGuiCol_Separator, kLine);
  set(ImGuiCol_ScrollbarBg, rgb(0, 0));
  set(ImGuiCol_ScrollbarGrab, rgb(0x5F6B76, 0.30));
  set(ImGuiCol_ScrollbarGrabHovered, rgb(0x5F6B76, 0.50));
  set(ImGuiCol_ScrollbarGrabActive, rgb(0x5F6B76, 0.70));
  set(ImGuiCol_ModalWindowDimBg, rgb(0x1F2933, 0.35));
}

}  // namespace

void apply() {
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  atlas.Clear();
  add_font(ecg_font_regular, ecg_font_regular_size);
  add_font(ecg_font_semibold, ecg_font_semibold_size);
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  style.WindowPadding = {kSpace, kSpace};
  style.ItemSpacing = {kSpace, kSpace};
  style.WindowBorderSize = 0;
  style.ChildBorderSize = 0;
  style.PopupBorderSize = 1;
  style.PopupRounding = kCorner;
  style.FrameRounding = kCorner;
  style.ScrollbarSize = 10;
  style.ScrollbarRounding = 5;
  style.FontSizeBase = kBodyPx;
  set_colours(style);
}

ImFont* font(Text style) {
  const bool strong = style != Text::kBody && style != Text::kSmall;
  return ImGui::GetIO().Fonts->Fonts[strong ? 1 : 0];
}

float size_px(Text style) {
  switch (style) {
    case Text::kSmall:
    case Text::kSmallStrong:
      return kSmallPx;
    case Text::kBrand:
      return kBrandPx;
    default:
      return kBodyPx;
  }
}

void push(Text style) { ImGui::PushFont(font(style), size_px(style)); }
void pop() { ImGui::PopFont(); }

}  // namespace ecg::theme
