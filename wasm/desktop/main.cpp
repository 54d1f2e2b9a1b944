// einthoven-viewer: the viewer in a native window.

#include <cstdio>

#include "desktop/desktop_host.h"
#include "viewer/viewer.h"
#include "window/desktop_window.h"

namespace {

int fail(const ecg::Error& error, int exit_code) {
  std::fprintf(stderr, "einthoven-viewer: %s\n", to_string(error).c_str());
  return exit_code;
}

}  // namespace

int main(int count, char** arguments) {
  auto options = ecg::options_from_arguments(count, arguments);
  if (!options) return fail(options.error(), 2);
  options->window.visible = options->screenshot.empty();
  ecg::Viewer viewer;
  ecg::Workspace& workspace = viewer.workspace();
  workspace.host.on_page = false;
  auto window = ecg::DesktopWindow::open(viewer, options->window);
  if (!window) return fail(window.error(), 1);
  if (options->example) (void)open_example(workspace, 1);
  open_paths(workspace, options->paths);
  for (const std::string& action : options->actions) viewer.action(action);
  if (!options->screenshot.empty()) {
    const auto written = write_picture((*window)->screenshot(), options->screenshot);
    return written ? 0 : fail(written.error(), 1);
  }
  while ((*window)->run_frame()) {
    open_paths(workspace, (*window)->take_dropped_paths());
    fulfil_requests(workspace, **window);
  }
  return 0;
}
