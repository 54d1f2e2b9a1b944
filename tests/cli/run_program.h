#pragma once
// Runs the built program as a user does: arguments in; output, errors and exit code out.

#include <filesystem>
#include <string>
#include <string_view>

namespace ecg::test {

/// Bytes of a file; empty if it cannot be read.
std::string text_of_file(const std::filesystem::path& path);

struct Run {
  int exit_code;  ///< -1 if it did not end by itself
  std::string out, err;
};

/// Runs `einthoven` in a folder, where its output is kept.
Run run_program(const std::filesystem::path& folder, const std::string& arguments);

bool contains(const std::string& text, std::string_view part);

}  // namespace ecg::test
