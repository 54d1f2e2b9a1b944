#include "cli/panels.h"

#include <algorithm>

#include "cli/cli_error.h"
#include "cli/drawing.h"
#include "plot/svg.h"

namespace ecg::cli {
namespace {

constexpr double kDpi = 120;

void append_below(Scene& all, const Scene& scene) {
  const double down_mm = all.height_mm;
  const auto first_strip = all.strips.size();
  for (SceneLine line : scene.lines) {
    line.strip += first_strip;
    for (ScenePoint& point : line.points) point.y_mm += static_cast<float>(down_mm);
    all.lines.push_back(std::move(line));
  }
  for (SceneText text : scene.texts) {
    text.y_mm += down_mm;
    all.texts.push_back(std::move(text));
  }
  for (Strip strip : scene.strips) {
    for (double* y : {&strip.y_mm, &strip.top_mm, &strip.bottom_mm}) *y += down_mm;
    all.strips.push_back(std::move(strip));
  }
  all.paper.right_mm = std::max(all.paper.right_mm, scene.paper.right_mm);
  all.paper.bottom_mm = down_mm + scene.paper.bottom_mm;
  all.width_mm = std::max(all.width_mm, scene.width_mm);
  all.height_mm = down_mm + scene.height_mm;
  all.to_scale = all.to_scale && scene.to_scale;
}

}  // namespace

Scene stacked(const std::vector<Scene>& scenes) {
  Scene all;
  if (scenes.empty()) return all;
  all.paper.left_mm = scenes[0].paper.left_mm;
  all.paper.top_mm = scenes[0].paper.top_mm;
  for (const Scene& scene : scenes) append_below(all, scene);
  return all;
}

std::string drawing_of_panels(const std::vector<Panel>& panels, const std::string& ending) {
  if (ending != "svg" && ending != "png" && ending != "pdf") {
    throw CliError({ErrorCode::kInvalidArgument,
                    "cannot draw a file that ends in \"" + ending + "\"",
                    "end OUT with .svg, .png or .pdf", "", std::nullopt});
  }
  std::vector<Scene> scenes;
  for (const Panel& panel : panels) {
    ViewState state;
    state.layout = Layout::k12x1;
    state.title = panel.title;
    state.subtitle = panel.subtitle;
    scenes.push_back(build_scene(panel.signal, state, ending == "png" ? kDpi / 25.4 : 0));
  }
  const Scene scene = stacked(scenes);
  if (ending == "png") return png_from_scene(scene, kDpi);
  return ending == "pdf" ? pdf_from_scene(scene) : svg_from_scene(scene);
}

}  // namespace ecg::cli
