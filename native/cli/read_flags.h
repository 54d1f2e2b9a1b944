#pragma once
// The options --rate, --unit and --leads of the commands that read files.

#include <CLI/CLI.hpp>

#include "io/read_options.h"

namespace ecg::cli {

/// Adds them to a command. `options` must outlive the command's parsing.
void add_read_flags(CLI::App& command, ReadOptions& options);

}  // namespace ecg::cli
