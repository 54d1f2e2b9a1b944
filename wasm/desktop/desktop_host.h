#pragma once
// What the page does in the browser, done natively: reading files, fulfilling the viewer's
// requests.

#include <string>
#include <vector>

#include "core/result.h"
#include "viewer/workspace.h"
#include "window/desktop_window.h"

namespace ecg {

/// What the command line asks for.
struct DesktopOptions {
  std::vector<std::string> paths;
  bool example = false;
  std::vector<std::string> actions;  ///< run after opening, for screenshots ("mode_encode")
  std::string screenshot;            ///< path of a .ppm to write instead of showing the window
  WindowOptions window;
};

/// Reads the command line. Error: kInvalidArgument naming the option.
Result<DesktopOptions> options_from_arguments(int count, const char* const* arguments);

/// Reads files as one set. A .hea brings the files of the same name beside it.
/// Error: kIo naming the file that cannot be read.
Result<FileSet> read_files(const std::vector<std::string>& paths);

/// Opens paths; what went wrong is said in the window.
void open_paths(Workspace& workspace, const std::vector<std::string>& paths);

/// Does what the viewer asked for since the last call.
void fulfil_requests(Workspace& workspace, DesktopWindow& window);

/// Binary PPM (P6). Error: kIo.
Result<void> write_picture(const Picture& picture, const std::string& path);

}  // namespace ecg
