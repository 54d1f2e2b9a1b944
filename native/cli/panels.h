#pragma once
// Several signals as ECG sheets one below the other in one drawing: before, after, difference.

#include <string>
#include <vector>

#include "core/signal.h"
#include "plot/scene.h"

namespace ecg::cli {

/// One sheet of the drawing: one row per lead, the first ten seconds at 25 mm/s.
struct Panel {
  std::string title;
  std::string subtitle;
  Signal signal;
};

/// Scenes below each other as one, as wide as the widest.
Scene stacked(const std::vector<Scene>& scenes);

/// The panels as a file of this ending ("svg", "png" or "pdf"). Throws CliError for another.
std::string drawing_of_panels(const std::vector<Panel>& panels, const std::string& ending);

}  // namespace ecg::cli
