#pragma once
// The subcommands of einthoven-train. Each adds itself to the program; what it throws, main prints.

#include <string>

namespace CLI {
class App;
}

namespace ecg::trainer {

/// Exit codes of the program.
inline constexpr int kExitOk = 0, kExitFailed = 1, kExitUsage = 2, kExitInput = 3,
                     kExitStopped = 75;

void add_prepare(CLI::App& program);
void add_pretrain(CLI::App& program);
void add_table(CLI::App& program);
void add_probe(CLI::App& program);
void add_finetune(CLI::App& program);
void add_evaluate(CLI::App& program);
void add_identify(CLI::App& program);
void add_retrieve(CLI::App& program);
void add_compare(CLI::App& program);
void add_export(CLI::App& program);
void add_bench(CLI::App& program);

/// The command line as it was typed, for run records. Set by main.
const std::string& typed_command();
void set_typed_command(int argc, char** argv);

/// The arguments main was given, for starting the program again.
char** typed_arguments();

/// Ends the program successfully but with another exit code (75: stopped, resumable).
class ExitWith {
 public:
  explicit ExitWith(int code) : code_(code) {}
  int code() const { return code_; }

 private:
  int code_;
};

}  // namespace ecg::trainer
