#pragma once
// The view as a URL fragment that can be shared. Never anything of the recording or patient.

#include <string>
#include <string_view>

#include "viewer/workspace.h"

namespace ecg {

/// "mode=encode&layout=3x4%2B1&speed=25&gain=10&filter=none&mask=0.6&seed=7".
std::string view_fragment(const Workspace& workspace);

/// Applies what is valid in a fragment (with or without '#'); ignores the rest.
void apply_view_fragment(Workspace& workspace, std::string_view fragment);

}  // namespace ecg
