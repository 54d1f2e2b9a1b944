// einthoven: look at, convert, draw and simulate electrocardiograms on the command line.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "cli/cli_error.h"
#include "cli/commands.h"

namespace {

using namespace ecg::cli;

constexpr void (*kCommands[])(CLI::App&) = {
    add_info, add_convert, add_beats, add_measure, add_render, add_synth, add_pretext,
};

constexpr const char* kDescription =
    "Einthoven looks at electrocardiograms (ECGs): what a file holds, how it looks, and as other "
    "formats.\n"
    "Education and research, not for diagnosis.";

constexpr const char* kFooter =
    "Examples:\n"
    "  einthoven info 100.hea              what is in this record (its signal files are found "
    "beside it)\n"
    "  einthoven convert 100.hea 100.csv   samples in millivolt, one column per lead\n"
    "  einthoven measure 100.hea           intervals, QTc, axes and amplitudes\n"
    "  einthoven SUBCOMMAND --help         everything about one subcommand\n"
    "\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the input file is broken or not supported.";

int run(int argc, char** argv) {
  CLI::App program(kDescription, "einthoven");
  program.footer(kFooter);
  program.set_version_flag("--version", EINTHOVEN_VERSION);
  program.require_subcommand(1);
  program.failure_message([](const CLI::App*, const CLI::Error& error) {
    return "einthoven: " + std::string(error.what()) + ": run with --help for more information\n";
  });
  for (const auto add : kCommands) add(program);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return std::fflush(stdout) == 0 ? kExitOk : kExitFailed;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const CliError& error) {
    std::fprintf(stderr, "einthoven: %s\n", error.what());
    return error.exit_code();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "einthoven: %s\n", error.what());
    return kExitFailed;
  }
}
