#pragma once
// Scene -> PNG and PDF, drawn by cairo.

#include <string>

#include "plot/scene.h"

namespace ecg::cli {

inline constexpr double kLowestDpi = 30;
inline constexpr double kHighestDpi = 600;

/// The sheet as a PNG at `dpi` dots per inch; its pHYs chunk states the physical size, so that it
/// prints at true scale. Throws CliError for a dpi out of range, or when memory does not suffice.
std::string png_from_scene(const Scene& scene, double dpi);

/// The sheet as a PDF of one page of the sheet's size: true scale when printed at 100 %.
std::string pdf_from_scene(const Scene& scene);

}  // namespace ecg::cli
