#pragma once
// Scene -> SVG at true scale.

#include <string>

#include "plot/scene.h"

namespace ecg {

/// One SVG document, UTF-8, of the sheet's physical size in mm. Coordinates are mm with three
/// decimals; strings of the recording are escaped, characters that XML forbids become U+FFFD.
std::string svg_from_scene(const Scene& scene);

}  // namespace ecg
