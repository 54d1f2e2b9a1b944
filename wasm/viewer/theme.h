#pragma once
// Look of the viewer: colours, sizes and the typeface, in one place (CSS pixels, sRGB).
// The colours of paper and trace, which all drawings share, are in plot/style.h.

#include <imgui.h>

namespace ecg::theme {

/// 0xRRGGBB and an opacity as ImGui's packed colour.
constexpr ImU32 rgb(unsigned hex, double alpha = 1.0) {
  return IM_COL32((hex >> 16) & 0xff, (hex >> 8) & 0xff, hex & 0xff,
                  static_cast<int>(alpha * 255 + 0.5));
}

inline constexpr ImU32 kGround = rgb(0xF7F7F5);
inline constexpr ImU32 kPanel = rgb(0xFFFFFF);
inline constexpr ImU32 kLine = rgb(0xE3E3DF);
inline constexpr ImU32 kControlLine = rgb(0xCDCDC7);
inline constexpr ImU32 kHover = rgb(0xEFEFEB);
inline constexpr ImU32 kPressed = rgb(0xE6E6E1);
inline constexpr ImU32 kText = rgb(0x1F2933);
inline constexpr ImU32 kSecondary = rgb(0x5F6B76);
inline constexpr ImU32 kDisabled = rgb(0x98A1A9);
inline constexpr ImU32 kAccent = rgb(0x0B6E69);
inline constexpr ImU32 kAccentHover = rgb(0x095B57);
inline constexpr ImU32 kAccentSoft = rgb(0x0B6E69, 0.10);
inline constexpr ImU32 kWarning = rgb(0xB45309);
inline constexpr ImU32 kWarningSoft = rgb(0xB45309, 0.08);
inline constexpr ImU32 kError = rgb(0xB42318);
inline constexpr ImU32 kErrorSoft = rgb(0xB42318, 0.08);

inline constexpr ImU32 kMasked = rgb(0x5B6B8C, 0.16);
inline constexpr ImU32 kMaskedLine = rgb(0x5B6B8C, 0.55);
inline constexpr ImU32 kSeenLine = rgb(0x5B6B8C, 0.35);

inline constexpr float kReconstructionPx = 1.6f;
/// ImGui sizes a font by ascent + descent; design sizes are ems. Inter: (2728 + 680) / 2816.
inline constexpr float kLinePerEm = 3408.0f / 2816.0f;
inline constexpr float kAscentPerLine = 2728.0f / 3408.0f;
inline constexpr float kBodyPx = 14 * kLinePerEm;
inline constexpr float kSmallPx = 12 * kLinePerEm;
inline constexpr float kBrandPx = 16 * kLinePerEm;
/// Size of texts on paper: no smaller if the sheet has room, no larger however far one zooms in.
inline constexpr float kPaperTextEmPx = 11;
inline constexpr float kPaperTextMostEmPx = 22;
inline constexpr float kSpace = 8;
inline constexpr float kCorner = 6;
inline constexpr float kControlPx = 32;       ///< height of a control
inline constexpr float kTouchControlPx = 44;  ///< the same when fingers are used
inline constexpr float kPanelPx = 340;
inline constexpr float kNarrowPx = 900;  ///< below this width the panel is a bottom sheet

/// Text styles. Every text of the viewer is drawn in one of them.
enum class Text { kBody, kSmall, kStrong, kSmallStrong, kBrand };

/// Adds the embedded typeface to the current ImGui context and sets its style.
void apply();

/// Selects a text style until pop().
void push(Text style);
void pop();

/// Font and size of a style, for drawing with ImDrawList.
ImFont* font(Text style);
float size_px(Text style);

}  // namespace ecg::theme
