#include "json_schema.h"

#include <set>

namespace ecg::test {
namespace {

using Json = nlohmann::json;

bool is_of_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == "null" && value.is_null();
}

bool fits_type(const Json& value, const Json& type) {
  if (type.is_string()) return is_of_type(value, type);
  for (const Json& one : type) {
    if (is_of_type(value, one)) return true;
  }
  return false;
}

std::string breach_of_object(const Json& value, const Json& schema, const Json& root,
                             const std::string& where) {
  for (const Json& key : schema.value("required", Json::array())) {
    if (!value.contains(key.get<std::string>())) return where + ": lacks " + key.get<std::string>();
  }
  const Json properties = schema.value("properties", Json::object());
  for (const auto& [key, part] : value.items()) {
    if (properties.contains(key)) {
      std::string breach = breach_of_schema(part, properties[key], root, where + "/" + key);
      if (!breach.empty()) return breach;
    } else if (!schema.value("additionalProperties", true)) {
      return where + ": unknown key " + key;
    }
  }
  return {};
}

}  // namespace

std::string breach_of_schema(const Json& value, const Json& schema, const Json& root,
                             const std::string& where) {
  const std::set<std::string> known{"$schema",    "$defs",       "$ref",
                                    "title",      "description", "type",
                                    "properties", "required",    "additionalProperties",
                                    "items"};
  for (const auto& [rule, unused] : schema.items()) {
    if (!known.contains(rule)) return where + ": unknown rule " + rule;
  }
  if (schema.contains("$ref")) {
    const std::string target = schema["$ref"].get<std::string>().substr(1);
    return breach_of_schema(value, root.at(Json::json_pointer(target)), root, where);
  }
  if (schema.contains("type") && !fits_type(value, schema["type"]))
    return where + ": not of type " + schema["type"].dump();
  if (value.is_object()) return breach_of_object(value, schema, root, where);
  if (!value.is_array() || !schema.contains("items")) return {};
  for (std::size_t i = 0; i < value.size(); ++i) {
    std::string breach =
        breach_of_schema(value[i], schema["items"], root, where + "/" + std::to_string(i));
    if (!breach.empty()) return breach;
  }
  return {};
}

}  // namespace ecg::test
