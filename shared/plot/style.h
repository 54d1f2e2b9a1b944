#pragma once
// The look of the sheet: colours, line widths and text sizes that all back-ends share.

#include <cstdint>

#include "plot/scene.h"

namespace ecg {

/// sRGB colour.
struct Rgb {
  std::uint8_t red = 0, green = 0, blue = 0;

  bool operator==(const Rgb&) const = default;
};

inline constexpr Rgb kPaperColour = {0xFF, 0xFB, 0xF8};
inline constexpr Rgb kMinorGridColour = {0xF4, 0xD3, 0xCC};
inline constexpr Rgb kMajorGridColour = {0xE3, 0xA5, 0x9B};
inline constexpr Rgb kTraceColour = {0x17, 0x20, 0x2A};
inline constexpr Rgb kTextColour = {0x1F, 0x29, 0x33};
inline constexpr Rgb kSecondaryColour = {0x5F, 0x6B, 0x76};
inline constexpr Rgb kWarningColour = {0xB4, 0x53, 0x09};

/// Colour of a line or text on paper.
Rgb colour_of(LineKind kind);
Rgb colour_of(TextRole role);

/// Width on paper, mm. Screens draw it never thinner than one device pixel. A trace is 0.3 mm,
/// which is 1.2 px at 96 dpi.
double width_mm_of(LineKind kind);

/// True where lines that leave Scene::paper are cut off at its edge.
bool is_clipped(LineKind kind);

/// Opacity at `px_per_mm` (<= 0: a page without pixels). Ruling thinner than a pixel is drawn one
/// pixel wide and paler instead, so that a small sheet does not turn red; everything else is solid.
double opacity_of(LineKind kind, double px_per_mm);

/// Names of leads may lie on a trace: they are set on an outline of paper colour, so wide on each
/// side.
inline constexpr double kTextOutlineMm = 0.4;
bool is_outlined(TextRole role);

/// True where the text is set in the heavier weight.
bool is_bold(TextRole role);

}  // namespace ecg
