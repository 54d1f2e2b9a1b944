#pragma once
// This program started again with other arguments, its output in a file.

#include <filesystem>
#include <string>
#include <vector>

namespace ecg::trainer {

/// Runs "einthoven-train ARGUMENTS..." to its end and returns its exit code (128 + signal if one
/// ended it). Output is appended to `log`. SIGINT, SIGTERM and SIGUSR1 to this process are passed
/// on. Throws Failure (kIo) when it cannot be started.
int run_child(const std::vector<std::string>& arguments, const std::filesystem::path& log);

}  // namespace ecg::trainer
