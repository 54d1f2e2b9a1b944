#include "viewer/areas.h"

#include <algorithm>

#include "viewer/theme.h"

namespace ecg {
namespace {

constexpr float kStatusPx = 28;
constexpr float kOverviewPx = 60;
constexpr float kLeastPaperPx = 160;
constexpr float kSheetShare = 0.38f;  ///< of the height, for the panel as a bottom sheet

}  // namespace

Areas arrange(const AreasInput& input) {
  Areas areas;
  areas.narrow = input.width_px < theme::kNarrowPx;
  areas.bar = {0, 0, input.width_px, input.bar_px};
  areas.status = {0, input.height_px - kStatusPx, input.width_px, input.height_px};
  Rect rest = {0, areas.bar.bottom, input.width_px, areas.status.top};
  const bool panel = input.panel_open && input.recording_open;
  if (panel && !areas.narrow) {
    areas.panel = {rest.right - theme::kPanelPx, rest.top, rest.right, rest.bottom};
    rest.right = areas.panel.left;
  }
  if (panel && areas.narrow) {
    const float height = std::clamp(rest.height() * kSheetShare, 0.0f,
                                    std::max(0.0f, rest.height() - kLeastPaperPx));
    areas.panel = {rest.left, rest.bottom - height, rest.right, rest.bottom};
    rest.bottom = areas.panel.top;
  }
  const float overview =
      input.recording_open && rest.height() > kLeastPaperPx + kOverviewPx ? kOverviewPx : 0;
  areas.overview = {rest.left, rest.bottom - overview, rest.right, rest.bottom};
  areas.paper = {rest.left, rest.top, rest.right, areas.overview.top};
  return areas;
}

}  // namespace ecg
