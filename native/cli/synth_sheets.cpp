#include "cli/synth_sheets.h"

#include <filesystem>

#include "cli/cli_error.h"
#include "cli/drawing.h"
#include "cli/files.h"
#include "plot/scene.h"
#include "plot/svg.h"

namespace ecg::cli {
namespace {

constexpr double kDpi = 120;

/// One sheet to draw.
struct Sheet {
  std::string file;  ///< without ending
  std::string title;
  SimulationOptions options;
};

std::vector<Sheet> all_sheets(const SimulationOptions& options) {
  std::vector<Sheet> sheets;
  const auto title = [](const auto& entry) {
    return std::string(entry.name) + ": " + std::string(entry.sentence);
  };
  for (const auto& entry : rhythm_catalogue()) {
    Sheet sheet{"rhythm_" + std::string(entry.name), title(entry), options};
    sheet.options.rhythm = entry.value;
    sheets.push_back(sheet);
  }
  for (const auto& entry : morphology_catalogue()) {
    Sheet sheet{"morphology_" + std::string(entry.name), title(entry), options};
    sheet.options.morphologies = {entry.value};
    sheets.push_back(sheet);
  }
  return sheets;
}

std::string drawn(const Sheet& sheet, const Simulation& simulation, const std::string& ending) {
  ViewState state;
  state.title = sheet.title;
  state.subtitle = simulation.truth.report;
  const Signal& signal = simulation.recording.signal;
  if (ending == "png") return png_from_scene(build_scene(signal, state, kDpi / 25.4), kDpi);
  return svg_from_scene(build_scene(signal, state, 0));
}

}  // namespace

std::vector<std::string> write_sheets(const SimulationOptions& options, const std::string& folder,
                                      const std::string& ending) {
  std::vector<std::string> written;
  const auto write = [&](const std::string& name, const std::string& text) {
    written.push_back((std::filesystem::path(folder) / name).string());
    write_file(written.back(), text);
  };
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\n"
      "<title>Einthoven: simulated rhythms and morphologies</title>\n"
      "<style>body{font-family:sans-serif} img{width:100%;max-width:1400px}</style>\n"
      "<p>Simulated; no person's data. Not for diagnosis.</p>\n";
  for (const Sheet& sheet : all_sheets(options)) {
    const Simulation simulation = value_or_throw(simulate(sheet.options));
    const std::string name = sheet.file + "." + ending;
    write(name, drawn(sheet, simulation, ending));
    page += "<p><img src=\"" + name + "\" alt=\"" + sheet.title + " " + simulation.truth.report +
            "\"></p>\n";
  }
  write("index.html", page + "</html>\n");
  return written;
}

}  // namespace ecg::cli
