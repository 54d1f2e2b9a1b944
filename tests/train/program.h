#pragma once
// einthoven-train as a program: started, waited for, and looked at from outside.

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "toy.h"

namespace ecg::test {

using Arguments = std::vector<std::string>;

/// Starts the program with its output in a file.
pid_t start(const Arguments& arguments, const std::filesystem::path& output);

/// Exit code of a process that is waited for, or 128 + signal.
int end_of(pid_t child);

/// What running the program to its end gave.
struct Outcome {
  int code = 0;
  std::string text;
};
Outcome run(const Arguments& arguments);

/// Arguments one after another.
Arguments with(Arguments arguments, const Arguments& more);

/// Path of a preset file of the toy model, made in `folder`.
std::string toy_preset(const TemporaryFolder& folder, std::int64_t steps);

/// Step of the newest checkpoint, and of the last line of metrics.csv; 0 if there is none.
std::int64_t steps_saved(const std::filesystem::path& run);
std::int64_t steps_logged(const std::filesystem::path& run);

/// Waits until the run has saved a step beyond `step`, or has logged `step`; gives up after a
/// minute.
void wait_for_checkpoint(const std::filesystem::path& run, std::int64_t step);
void wait_for_step(const std::filesystem::path& run, std::int64_t step);

}  // namespace ecg::test
