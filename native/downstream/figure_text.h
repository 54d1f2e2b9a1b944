#pragma once
// How figures of tables are written: as text for people, as JSON for programs.

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "corpus/json_fields.h"
#include "downstream/task_score.h"

namespace ecg {

/// std::snprintf into a string; at most 319 bytes.
template <typename... Values>
std::string formatted(const char* format, Values... values) {
  char text[320];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

/// "0.812 (0.774-0.846)".
inline std::string text_of(const Interval& i) {
  return formatted("%.3f (%.3f-%.3f)", i.value, i.low, i.high);
}

/// {"value", "low", "high"}.
inline nlohmann::ordered_json json_of(const Interval& i) {
  return {{"value", number_or_null(i.value)},
          {"low", number_or_null(i.low)},
          {"high", number_or_null(i.high)}};
}

}  // namespace ecg
