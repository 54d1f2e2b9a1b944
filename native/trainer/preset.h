#pragma once
// The configuration of a command: preset or file, then --set, then checked as a whole.

#include <string>
#include <vector>

#include "train/train_config.h"

namespace CLI {
class App;
}

namespace ecg::trainer {

/// What the command line says about the configuration.
struct PresetOptions {
  std::string preset;  ///< name in models/presets, or path of a .toml file; may be empty
  std::vector<std::string> assignments;  ///< a.b=c
  bool print = false;                    ///< --print-config
};

/// Adds --preset, --set and --print-config.
void add_preset_options(CLI::App& command, PresetOptions& options);

/// The configuration, completed. Any mistake in it is wrong usage: throws Failure
/// (kInvalidArgument) with the message, the place and the nearest known name.
TrainConfig load_config(const PresetOptions& options);

}  // namespace ecg::trainer
