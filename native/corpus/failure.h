#pragma once
// Failure: an Error travelling as an exception, for native code only. main catches it once.

#include <exception>
#include <string>
#include <utility>

#include "core/result.h"

namespace ecg {

/// Carries an Error up to main, which prints it and chooses the exit code.
class Failure : public std::exception {
 public:
  explicit Failure(Error error) : error_(std::move(error)), text_(to_string(error_)) {}

  const Error& error() const { return error_; }
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  Error error_;
  std::string text_;
};

/// The value, or its error thrown as Failure.
template <typename T>
T value_or_throw(Result<T> result) {
  if (!result) throw Failure(std::move(result).error());
  return std::move(result).value();
}

/// Throws the error, if there is one.
inline void throw_on_error(Result<void> result) {
  if (!result) throw Failure(std::move(result).error());
}

}  // namespace ecg
