#pragma once
// Where the parts of the workspace lie in a window of a given size.

#include "viewer/scene_draw.h"

namespace ecg {

/// Rectangles in CSS pixels. An absent part has no height or width.
struct Areas {
  Rect bar, paper, overview, panel, status;
  bool narrow = false;  ///< the panel is a sheet at the bottom
};

/// What the arrangement depends on.
struct AreasInput {
  float width_px = 0, height_px = 0;
  float bar_px = 48;  ///< height of the top bar, one or two rows
  bool panel_open = false;
  bool recording_open = false;  ///< without one there is neither panel nor overview
};

Areas arrange(const AreasInput& input);

}  // namespace ecg
