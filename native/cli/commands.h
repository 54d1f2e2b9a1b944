#pragma once
// The subcommands of `einthoven`, one file each. To add one: write `add_<name>` in <name>.cpp,
// declare it here, list it in main.cpp and in CMakeLists.txt.

#include <CLI/CLI.hpp>

namespace ecg::cli {

// Each adds its subcommand with options, help text and a callback. The callback prints to stdout
// and throws CliError when it cannot do what was asked.
void add_info(CLI::App& program);
void add_convert(CLI::App& program);
void add_render(CLI::App& program);
void add_beats(CLI::App& program);
void add_measure(CLI::App& program);
void add_synth(CLI::App& program);
void add_pretext(CLI::App& program);

/// Shown once in every output that shows measurements.
inline constexpr const char* kNotForDiagnosis = "Education and research, not for diagnosis.";

}  // namespace ecg::cli
