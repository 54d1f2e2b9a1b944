#pragma once
// ViewState: how a recording is looked at. What the sheet shows follows from it and the signal
// alone.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ecg {

/// Arrangement of the leads on the sheet. Recordings that do not hold the twelve leads fall back to
/// one row per lead (see layout.h).
enum class Layout : std::uint8_t {
  k3x4Plus1,  ///< three rows of four columns, and lead II over the whole width
  k3x4Plus3,  ///< the same with II, V1 and V5 over the whole width
  k6x2,       ///< limb leads left, chest leads right
  k12x1,      ///< one row per lead
  kCabrera,   ///< 6x2 with the limb leads in anatomical order: aVL, I, -aVR, II, aVF, III
};

inline constexpr std::array<Layout, 5> kLayouts = {Layout::k3x4Plus1, Layout::k3x4Plus3,
                                                   Layout::k6x2, Layout::k12x1, Layout::kCabrera};

/// "3x4+1", "3x4+3", "6x2", "12x1", "cabrera": as in options and links.
std::string_view layout_name(Layout layout);

/// The inverse of layout_name(); nullopt for any other text.
std::optional<Layout> layout_from_name(std::string_view name);

/// Steps that electrocardiographs offer. Other positive values work as well.
inline constexpr std::array<double, 3> kSpeedsMmPerS = {12.5, 25, 50};
inline constexpr std::array<double, 3> kGainsMmPerMv = {5, 10, 20};

/// What a state starts with, and what stands in for values that cannot be drawn.
inline constexpr double kSpeedMmPerS = 25;
inline constexpr double kGainMmPerMv = 10;
inline constexpr double kTraceWidthMm = 250;

/// View of one recording. Plain values; equal states give equal scenes.
struct ViewState {
  Layout layout = Layout::k3x4Plus1;
  // Numbers that cannot be drawn are replaced or limited: see drawable().
  double speed_mm_per_s = kSpeedMmPerS;
  double gain_mm_per_mv = kGainMmPerMv;
  double start_s = 0;  ///< instant at the left edge of the sheet, from the recording's begin
  double trace_width_mm = kTraceWidthMm;  ///< time axis of a row: the sheet shows width / speed

  /// Magnification of the whole sheet on screen; 1 is true scale. It does not change the geometry
  /// of the scene (always mm of paper), only its "not to scale" notice: see view_transform() in
  /// scene.h.
  double zoom = 1;
  double pan_x_mm = 0;  ///< from the sheet's centre to the point in the middle of the screen
  double pan_y_mm = 0;

  bool show_grid = true;
  bool show_calibration = true;
  bool show_lead_names = true;
  bool show_texts = true;  ///< title, speed, gain, filter, notices

  std::string title;        ///< record name or whatever heads the sheet; untrusted text is fine
  std::string subtitle;     ///< second line, smaller: age, sex, start time, device
  std::string filter_text;  ///< "0.5-40 Hz"; empty is written as "no filter"
  std::string mains_text;   ///< "mains 50 Hz off"; empty is written as "mains filter off"

  bool operator==(const ViewState&) const = default;
};

/// The numbers of a view.
struct ViewNumbers {
  double speed_mm_per_s, gain_mm_per_mv, start_s, trace_width_mm, zoom;
};

/// The state's numbers as they are drawn: speed 0.5 to 500 mm/s, gain 0.1 to 1000 mm/mV, width 10
/// to 2000 mm, zoom 0.05 to 64, start within a million hours. NaN and what is not positive becomes
/// the default (start: 0).
ViewNumbers drawable(const ViewState& state);

/// Seconds that one row of the sheet shows: 10 s at 25 mm/s.
double sheet_seconds(const ViewState& state);

/// True if the sheet is shown at true scale (zoom 1).
bool is_to_scale(const ViewState& state);

}  // namespace ecg
