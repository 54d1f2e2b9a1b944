#pragma once
// JSON on the border to the page: without exceptions, and safe with any bytes a file may hold.

#define JSON_NOEXCEPTION 1
#include <nlohmann/json.hpp>

#include <string>

namespace ecg {

/// Keys keep the order in which they were written.
using Json = nlohmann::ordered_json;

/// Compact text. Bytes that are not UTF-8 become U+FFFD; non-finite numbers become null.
inline std::string text_from_json(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ecg
