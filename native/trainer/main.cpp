// einthoven-train: from ECG recordings to a pretrained encoder.

#include <malloc.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "corpus/failure.h"
#include "distributed/communicator.h"
#include "trainer/commands.h"

namespace ecg::trainer {
namespace {

constexpr void (*kCommands[])(CLI::App&) = {add_table,    add_prepare,  add_pretrain, add_probe,
                                            add_finetune, add_evaluate, add_identify, add_retrieve,
                                            add_compare,  add_export,   add_bench};

constexpr const char* kDescription =
    "einthoven-train pretrains encoders of electrocardiograms (ECGs) by masked reconstruction.\n"
    "Education and research, not for diagnosis.";

constexpr const char* kFooter =
    "Examples:\n"
    "  einthoven-train prepare --simulate 4096 --seed 1 -o corpus\n"
    "  einthoven-train pretrain --preset demo --corpus corpus -o run\n"
    "  einthoven-train export run -o bundle\n"
    "\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 broken input, 75 stopped but resumable "
    "(--resume).";

std::string command_text;
char** arguments = nullptr;

int exit_code_of(const Error& error) {
  if (error.code == ErrorCode::kInvalidArgument) return kExitUsage;
  return error.code == ErrorCode::kIo ? kExitFailed : kExitInput;
}

// How often LibTorch's OpenMP threads look again before they sleep: some microseconds.
constexpr const char* kSpins = "4000";

// LibTorch's OpenMP threads wait for each other by spinning, for milliseconds. On a machine that
// does other things as well they then wait for a core that the spinning itself occupies, and a step
// takes twenty times as long. Sleeping at once costs a fifth of a small model's speed. So: a short
// look, then sleep. The setting is read when the library is loaded, so the program starts itself
// again.
void start_again_with_patient_threads(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT")) return;
  ::setenv("GOMP_SPINCOUNT", kSpins, 1);
  ::setenv("TORCH_CPP_LOG_LEVEL", "FATAL", 0);  // its stack traces of what we report ourselves
  ::execv("/proc/self/exe", argv);  // returns only if it failed: then it goes on as it is
}

// Activations come and go with every step. Memory that was given back to the system costs a page
// fault for every 4 kB when it comes again, so it is kept.
void keep_freed_memory() {
  constexpr int kKept = 1 << 30, kLargestOnHeap = 32 << 20;
  ::mallopt(M_MMAP_THRESHOLD, kLargestOnHeap);
  ::mallopt(M_TRIM_THRESHOLD, kKept);
}

int run(int argc, char** argv) {
  CLI::App program(kDescription, "einthoven-train");
  program.footer(kFooter);
  program.set_version_flag("--version", EINTHOVEN_VERSION);
  program.require_subcommand(1);
  program.failure_message([](const CLI::App*, const CLI::Error& error) {
    return "einthoven-train: " + std::string(error.what()) +
           ": run with --help for more information\n";
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

const std::string& typed_command() { return command_text; }

char** typed_arguments() { return arguments; }

void set_typed_command(int argc, char** argv) {
  arguments = argv;
  command_text = "einthoven-train";
  for (int i = 1; i < argc; ++i) command_text += std::string(" ") + argv[i];
}

}  // namespace ecg::trainer

int main(int argc, char** argv) {
  using namespace ecg::trainer;
  start_again_with_patient_threads(argv);
  keep_freed_memory();
  set_typed_command(argc, argv);
  try {
    return run(argc, argv);
  } catch (const ExitWith& exit) {
    return exit.code();
  } catch (const ecg::RankLost& lost) {
    std::fprintf(stderr, "einthoven-train: %s\n", lost.what());
    return kExitFailed;
  } catch (const ecg::Failure& failure) {
    std::fprintf(stderr, "einthoven-train: %s\n", failure.what());
    return exit_code_of(failure.error());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "einthoven-train: %s\n", error.what());
    return kExitFailed;
  }
}
