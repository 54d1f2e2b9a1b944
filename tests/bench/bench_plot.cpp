// Time to lay out a sheet, write it as SVG, and reduce a day to an overview. Each result is checked
// before it is timed. Usage: bench_plot [--json FILE]
#include <cmath>
#include <string>
#include <vector>

#include "core/philox.h"
#include "plot/overview.h"
#include "plot/scene.h"
#include "plot/svg.h"
#include "timing.h"

namespace {

using namespace ecg;
using bench::measure;
using bench::require;

constexpr double kScreenPxPerMm = 96 / 25.4;

Signal noise(std::vector<LeadLabel> labels, SampleIndex samples, double rate_hz) {
  Signal signal(std::move(labels), samples, rate_hz);
  RandomStream random({.seed = 1});
  for (float& value : signal.values()) value = static_cast<float>(random.uniform(-0.5, 0.5));
  return signal;
}

std::size_t trace_points(const Scene& scene) {
  std::size_t points = 0;
  for (const SceneLine& line : scene.lines) {
    if (line.kind == LineKind::kTrace) points += line.points.size();
  }
  return points;
}

std::vector<bench::Timing> measure_all() {
  std::vector<LeadLabel> labels;
  for (const Lead lead : kTwelveLeads) labels.push_back(label_of(lead));
  const Signal record = noise(labels, 5000, 500);
  Signal day = noise({label_of(Lead::kII)}, SampleIndex{24} * 3600 * 250, 250);
  day.lead(0)[12345678] = 3;

  ViewState rows;
  rows.layout = Layout::k12x1;
  require(trace_points(build_scene(record, {}, 0)) == 20000, "every sample of 3x4+1");
  require(trace_points(build_scene(record, rows, 0)) == 60000, "every sample of 12x1");
  require(trace_points(build_scene(record, rows, kScreenPxPerMm)) < 50000, "decimated");
  require(build_overview(day, 0, 1200).highest_mv == 3, "one sample of a day is seen");
  ViewState noon;
  noon.start_s = 43200;
  require(trace_points(build_scene(day, noon, 0)) == 2500, "ten seconds of a day");

  Scene scene;
  std::string svg;
  Overview overview;
  return {
      measure("sheet 3x4+1, every sample", [&](auto) { scene = build_scene(record, {}, 0); }),
      measure("sheet 12x1, every sample", [&](auto) { scene = build_scene(record, rows, 0); }),
      measure("sheet 3x4+1, 96 dpi",
              [&](auto) { scene = build_scene(record, {}, kScreenPxPerMm); }),
      measure("sheet 12x1, 96 dpi",
              [&](auto) { scene = build_scene(record, rows, kScreenPxPerMm); }),
      measure("SVG of 3x4+1, every sample",
              [&](auto) { svg = svg_from_scene(build_scene(record, {}, 0)); }),
      measure("overview of the record, 1200 columns",
              [&](auto) { overview = build_overview(record, 1, 1200); }),
      measure("ten seconds out of 24 h at 250 Hz",
              [&](auto) { scene = build_scene(day, noon, kScreenPxPerMm); }),
      measure(
          "overview of 24 h at 250 Hz, 1200 columns",
          [&](auto) { overview = build_overview(day, 0, 1200); }, 10),
  };
}

}  // namespace

int main(int argc, char** argv) {
  return bench::report(argc, argv, "plot", "12 leads x 5000 samples, one core", measure_all());
}
