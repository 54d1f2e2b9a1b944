// einthoven synth: simulated recordings with their truth.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/cli_error.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/recording_json.h"
#include "cli/synth_sheets.h"
#include "cli/truth_json.h"
#include "io/text.h"
#include "io/wfdb_annotation_writer.h"
#include "io/wfdb_writer.h"
#include "synth/simulate.h"

namespace ecg::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct SynthOptions {
  SimulationOptions simulation;
  std::string rhythm = "sinus";
  std::vector<std::string> leads;
  std::vector<std::string> morphologies;
  std::vector<std::string> defects;
  std::optional<std::uint64_t> patient;
  std::optional<double> heart_rate_bpm;
  std::uint64_t count = 1;
  std::string sheets;  ///< ending of contact sheets; empty = recordings are written
  std::string folder;
  bool list = false;
  bool json = false;
};

[[noreturn]] void refuse(std::string message, std::string hint) {
  throw CliError(
      {ErrorCode::kInvalidArgument, std::move(message), std::move(hint), "", std::nullopt});
}

template <typename T>
Json json_from_entries(std::span<const CatalogueEntry<T>> entries) {
  Json list = Json::array();
  for (const auto& entry : entries) {
    list.push_back({{"name", entry.name}, {"sentence", entry.sentence}});
  }
  return list;
}

template <typename T>
void print_entries(std::span<const CatalogueEntry<T>> entries) {
  for (const auto& entry : entries) {
    std::printf("  %-18.*s %.*s\n", static_cast<int>(entry.name.size()), entry.name.data(),
                static_cast<int>(entry.sentence.size()), entry.sentence.data());
  }
}

void print_catalogue(bool json) {
  if (json) {
    const Json all = {{"rhythms", json_from_entries(rhythm_catalogue())},
                      {"morphologies", json_from_entries(morphology_catalogue())},
                      {"defects", json_from_entries(defect_catalogue())}};
    std::fputs(text_from_json(all).c_str(), stdout);
    return;
  }
  std::printf("Rhythms (--rhythm):\n");
  print_entries(rhythm_catalogue());
  std::printf("\nMorphologies (--morphology):\n");
  print_entries(morphology_catalogue());
  std::printf("\nDefects (--defect):\n");
  print_entries(defect_catalogue());
}

std::vector<Lead> leads_from_names(const std::vector<std::string>& names) {
  std::vector<Lead> leads;
  for (const std::string& name : names) leads.push_back(lead_from_name(name));
  return leads;
}

SimulationOptions simulation_of(const SynthOptions& options) {
  SimulationOptions simulation = options.simulation;
  const auto rhythm = rhythm_from_name(options.rhythm);
  if (!rhythm) {
    refuse("there is no rhythm \"" + options.rhythm + "\"",
           "einthoven synth --list names them all");
  }
  simulation.rhythm = *rhythm;
  for (const std::string& name : options.morphologies) {
    const auto morphology = morphology_from_name(name);
    if (!morphology) {
      refuse("there is no morphology \"" + name + "\"", "einthoven synth --list names them all");
    }
    simulation.morphologies.push_back(*morphology);
  }
  for (const std::string& name : options.defects) {
    const auto defect = defect_from_name(name);
    if (!defect)
      refuse("there is no defect \"" + name + "\"", "einthoven synth --list names them all");
    simulation.defects.push_back(*defect);
  }
  simulation.patient = options.patient;
  simulation.heart_rate_bpm = options.heart_rate_bpm;
  if (!options.leads.empty()) simulation.leads = leads_from_names(options.leads);
  return simulation;
}

/// Writes one recording and its truth; returns what is to be said of it.
Json write_simulation(const SimulationOptions& options, const fs::path& folder) {
  const Simulation simulation = value_or_throw(simulate(options));
  const std::string& name = simulation.recording.info.record_name;
  FileSet files = value_or_throw(wfdb_from_recording(simulation.recording, name));
  files.files.push_back(
      {name + ".atr", value_or_throw(wfdb_from_annotations(simulation.recording.annotations))});
  Json written = Json::array();
  for (const NamedBytes& file : files.files) {
    const std::string path = (folder / file.name).string();
    write_file(path, text_of(file.bytes));
    written.push_back(path);
  }
  Json described = {{"record", name}, {"options", json_from_options(options)}};
  described.update(json_from_truth(simulation.truth));
  const std::string truth_path = (folder / (name + ".truth.json")).string();
  write_file(truth_path, text_from_json(described));
  written.push_back(truth_path);
  described.erase("beats");
  described.erase("blocked_p");
  described["written"] = written;
  return described;
}

void run_sheets(const SynthOptions& options) {
  const auto written = write_sheets(simulation_of(options), options.folder, options.sheets);
  if (options.json) {
    std::fputs(text_from_json({{"written", written}}).c_str(), stdout);
  } else {
    std::printf("%zu sheets and index.html written to %s: simulated, no person's data\n",
                written.size() - 1, options.folder.c_str());
  }
}

void run_synth(const SynthOptions& options) {
  if (options.list) return print_catalogue(options.json);
  if (options.folder.empty()) refuse("no folder to write to", "name one with -o DIR");
  SimulationOptions simulation = simulation_of(options);
  std::error_code failure;
  fs::create_directories(options.folder, failure);
  if (!options.sheets.empty()) return run_sheets(options);
  Json all = Json::array();
  for (std::uint64_t i = 0; i < options.count; ++i, ++simulation.index) {
    const Json described = write_simulation(simulation, options.folder);
    if (options.json) {
      all.push_back(described);
    } else {
      std::printf("%s: %s\n", described["record"].get<std::string>().c_str(),
                  described["report"].get<std::string>().c_str());
    }
  }
  if (options.json) {
    std::fputs(text_from_json(all.size() == 1 ? all[0] : Json{{"recordings", all}}).c_str(),
               stdout);
  } else {
    std::printf("written to %s: simulated, no person's data\n", options.folder.c_str());
  }
}

}  // namespace

void add_synth(CLI::App& program) {
  auto options = std::make_shared<SynthOptions>();
  SimulationOptions& simulation = options->simulation;
  CLI::App* command = program.add_subcommand(
      "synth",
      "Simulate recordings with exact labels: WFDB files and what is true of them as JSON");
  command->add_flag("--list", options->list, "Name everything that can be simulated");
  command->add_option("--rhythm", options->rhythm, "Rhythm to simulate")->capture_default_str();
  command
      ->add_option("--morphology", options->morphologies,
                   "How the beats are changed, e.g. rbbb,inferior_stemi")
      ->delimiter(',');
  command
      ->add_option("--defect", options->defects,
                   "What is wrong with the recording, e.g. lead_off,mains")
      ->delimiter(',');
  command->add_option("--seed", simulation.seed, "Names a simulated population")
      ->capture_default_str();
  command->add_option("--index", simulation.index, "First recording of the population to write")
      ->capture_default_str();
  command->add_option("--count", options->count, "How many recordings to write")
      ->capture_default_str();
  command->add_option("--patient", options->patient,
                      "Who is recorded (default: a person for each index)");
  command->add_option("--duration", simulation.duration_s, "Seconds")->capture_default_str();
  command->add_option("--sampling-rate", simulation.sampling_rate_hz, "Hz")->capture_default_str();
  command->add_option("--heart-rate", options->heart_rate_bpm,
                      "Beats per minute (default: the patient's own)");
  command->add_option("--noise", simulation.noise_scale, "Noise: 0 none, 1 a good resting ECG")
      ->capture_default_str();
  command
      ->add_option("--leads", options->leads,
                   "Leads to write, e.g. I,II,V1,V4R,V9 (default: the twelve)")
      ->delimiter(',');
  command
      ->add_option("--sheets", options->sheets,
                   "Instead: draw every rhythm and morphology as an ECG sheet; svg or png")
      ->check(CLI::IsMember({"svg", "png"}));
  command->add_option("-o,--output", options->folder, "Folder to write to; made if absent");
  command->add_flag("--json", options->json, "Print one JSON object instead of text");
  command->callback([options] { run_synth(*options); });
}

}  // namespace ecg::cli
