#pragma once
// "Did you mean ...?"

#include <string>
#include <string_view>
#include <vector>

namespace ecg {

/// The one of `names` with the fewest edits to `name`; empty if none is near. A key given without
/// its table ("width" for "model.width"), or in another one, is near as well.
std::string nearest_name(std::string_view name, const std::vector<std::string>& names);

}  // namespace ecg
