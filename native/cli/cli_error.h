#pragma once
// CliError: how a subcommand gives up. main() catches it once, prints it and chooses the exit code.

#include <exception>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/result.h"

namespace ecg::cli {

/// Exit codes of every Einthoven program.
enum ExitCode : int { kExitOk = 0, kExitFailed = 1, kExitUsage = 2, kExitBadInput = 3 };

/// Carries an ecg::Error to main(). kInvalidArgument and kNotFound exit with 2 (usage), kIo with 1,
/// the rest with 3.
class CliError : public std::exception {
 public:
  explicit CliError(Error error) : error_(std::move(error)), text_(to_string(error_)) {}

  const Error& error() const { return error_; }
  const char* what() const noexcept override { return text_.c_str(); }

  ExitCode exit_code() const {
    switch (error_.code) {
      case ErrorCode::kInvalidArgument:
      case ErrorCode::kNotFound:
        return kExitUsage;
      case ErrorCode::kIo:
        return kExitFailed;
      default:
        return kExitBadInput;
    }
  }

 private:
  Error error_;
  std::string text_;
};

/// The value, or a thrown CliError.
template <typename T>
T value_or_throw(Result<T> result) {
  if (!result) throw CliError(std::move(result).error());
  return std::move(result).value();
}

}  // namespace ecg::cli
