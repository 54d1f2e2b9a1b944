#pragma once
// Result<T>: a value or an Error. Member names follow std::expected, which C++20 lacks.

#include <optional>
#include <utility>
#include <variant>

#include "core/assert.h"
#include "core/error.h"

namespace ecg {

/// Value or Error. Reading the absent side is a programmer mistake (ECG_ASSERT).
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & {
    ECG_ASSERT(has_value());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    ECG_ASSERT(has_value());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    ECG_ASSERT(has_value());
    return std::move(*std::get_if<0>(&state_));
  }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& {
    ECG_ASSERT(!has_value());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    ECG_ASSERT(!has_value());
    return std::move(*std::get_if<1>(&state_));
  }

  T value_or(T fallback) const& { return has_value() ? value() : std::move(fallback); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }

  const Error& error() const& {
    ECG_ASSERT(error_.has_value());
    return *error_;
  }
  Error&& error() && {
    ECG_ASSERT(error_.has_value());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace ecg
