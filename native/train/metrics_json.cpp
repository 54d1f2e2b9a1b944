#include "train/metrics_json.h"

#include <cmath>
#include <cstdlib>

namespace ecg {
namespace {

// Takes the text up to `separator` off the front of `rest`.
std::string_view take(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return part;
}

std::string json_number(std::string_view field) {
  const std::string text(field);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return end != text.c_str() && *end == '\0' && std::isfinite(value) ? text : "null";
}

}  // namespace

std::string json_from_csv_line(std::string_view header, std::string_view line) {
  std::string object = "{";
  while (!header.empty()) {
    const std::string_view name = take(header, ','), field = take(line, ',');
    if (field.empty()) continue;
    if (object.size() > 1) object += ',';
    object += '"' + std::string(name) + "\":" + json_number(field);
  }
  return object + '}';
}

std::string json_lines_from_csv(std::string_view csv) {
  const std::string_view header = take(csv, '\n');
  std::string lines;
  while (!csv.empty()) lines += json_from_csv_line(header, take(csv, '\n')) + '\n';
  return lines;
}

}  // namespace ecg
