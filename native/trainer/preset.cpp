#include "trainer/preset.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "corpus/failure.h"
#include "corpus/files.h"
#include "objective/nearest_name.h"

namespace ecg::trainer {
namespace {

namespace fs = std::filesystem;

void require(Result<void> result) {
  if (result) return;
  Error error = std::move(result).error();
  error.code = ErrorCode::kInvalidArgument;
  throw Failure(std::move(error));
}

fs::path presets_folder() { return EINTHOVEN_PRESETS; }

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator entry(presets_folder(), failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->path().extension() == ".toml") names.push_back(entry->path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

fs::path path_of(const std::string& preset) {
  const bool is_path =
      preset.find('/') != std::string::npos || fs::path(preset).extension() == ".toml";
  if (is_path) return preset;
  const fs::path path = presets_folder() / (preset + ".toml");
  std::error_code failed;
  if (fs::exists(path, failed)) return path;
  const std::string near = nearest_name(preset, preset_names());
  std::string hint = near.empty() ? "there are:" : "did you mean '" + near + "'? There are:";
  for (const std::string& name : preset_names()) hint += " " + name;
  throw Failure({ErrorCode::kInvalidArgument, "there is no preset '" + preset + "'", hint, {}, {}});
}

}  // namespace

void add_preset_options(CLI::App& command, PresetOptions& options) {
  command.add_option("--preset", options.preset, "preset of models/presets, or a .toml file");
  command
      .add_option("--set", options.assignments, "change a setting: table.key=value (repeatable)")
      ->take_all();
  command.add_flag("--print-config", options.print, "print the effective configuration and exit");
}

TrainConfig load_config(const PresetOptions& options) {
  TrainConfig config;
  if (!options.preset.empty()) {
    const fs::path path = path_of(options.preset);
    auto text = read_whole_file(path);
    if (!text) {
      Error error = std::move(text).error();
      error.code = ErrorCode::kInvalidArgument;
      throw Failure(std::move(error));
    }
    require(apply_toml(config, std::string(text->begin(), text->end()), path.string()));
  }
  for (const std::string& assignment : options.assignments)
    require(apply_assignment(config, assignment));
  require(complete_config(config));
  return config;
}

}  // namespace ecg::trainer
