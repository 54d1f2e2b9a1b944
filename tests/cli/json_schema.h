#pragma once
// Checks JSON against the part of JSON Schema that docs/*.schema.json use.

#include <nlohmann/json.hpp>
#include <string>

namespace ecg::test {

/// "" if the value fits; else where and how it does not ("/leads/0/name: not a string"). Knows
/// type, properties, required, additionalProperties (false), items and $ref into the same file; any
/// other rule is reported, never passed over.
std::string breach_of_schema(const nlohmann::json& value, const nlohmann::json& schema,
                             const nlohmann::json& root, const std::string& where = "");

}  // namespace ecg::test
