// TrainConfig from and to TOML, and from the JSON that a run stores.

#include <toml++/toml.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "objective/nearest_name.h"
#include "train/train_config.h"

namespace ecg {
namespace {

Error bad_value(const ConfigField& field, const std::string& hint) {
  return {ErrorCode::kBadValue, "'" + field.name + "' cannot have this value", hint, {}, {}};
}

std::string short_number(double value) {
  std::ostringstream text;
  text.precision(10);
  text << value;
  return text.str();
}

Result<void> set_number(const ConfigField& field, const toml::node& node) {
  const auto number = node.value<double>();
  const bool whole = !std::holds_alternative<double*>(field.value);
  if (!node.is_number() || !number || (whole && !node.is_integer())) {
    return bad_value(field, whole ? "give a whole number" : "give a number");
  }
  if (!(*number >= field.low && *number <= field.high)) {
    return bad_value(field,
                     "choose from " + short_number(field.low) + " to " + short_number(field.high));
  }
  if (auto* real = std::get_if<double*>(&field.value)) **real = *number;
  if (auto* integer = std::get_if<std::int64_t*>(&field.value))
    **integer = *node.value<std::int64_t>();
  if (auto* small = std::get_if<int*>(&field.value))
    **small = static_cast<int>(*node.value<std::int64_t>());
  return {};
}

Result<void> set_field(const ConfigField& field, const toml::node& node) {
  auto* text = std::get_if<std::string*>(&field.value);
  if (!text) return set_number(field, node);
  const auto value = node.value<std::string>();
  const auto& choices = field.choices;
  if (!node.is_string() || !value) return bad_value(field, "give a text in quotes");
  if (!choices.empty() && std::find(choices.begin(), choices.end(), *value) == choices.end()) {
    std::string hint = "choose one of";
    for (const std::string& choice : choices) hint += " \"" + choice + "\"";
    return bad_value(field, hint);
  }
  **text = *value;
  return {};
}

Result<void> apply_table(const std::vector<ConfigField>& fields, const toml::table& table,
                         const std::string& prefix) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    if (const toml::table* inner = node.as_table()) {
      if (auto applied = apply_table(fields, *inner, name + "."); !applied) return applied;
      continue;
    }
    const auto field = std::find_if(fields.begin(), fields.end(),
                                    [&](const ConfigField& f) { return f.name == name; });
    if (field == fields.end()) {
      std::vector<std::string> names;
      for (const ConfigField& known : fields) names.push_back(known.name);
      const std::string near = nearest_name(name, names);
      return Error{
          ErrorCode::kNotFound,
          "unknown setting '" + name + "'",
          near.empty() ? "--print-config lists all settings" : "did you mean '" + near + "'?",
          {},
          {}};
    }
    if (auto set = set_field(*field, node); !set) return set;
  }
  return {};
}

// TOML of the JSON scalars and objects that json_from_config writes.
void insert_json(toml::table& table, const nlohmann::json& object) {
  for (const auto& [key, value] : object.items()) {
    if (value.is_object()) {
      toml::table inner;
      insert_json(inner, value);
      table.insert_or_assign(key, std::move(inner));
    } else if (value.is_string()) {
      table.insert_or_assign(key, value.get<std::string>());
    } else if (value.is_number_integer()) {
      table.insert_or_assign(key, value.get<std::int64_t>());
    } else if (value.is_number()) {
      table.insert_or_assign(key, value.get<double>());
    }
  }
}

}  // namespace

Result<void> apply_toml(TrainConfig& config, std::string_view toml, const std::string& where) {
  toml::table table;
  try {
    table = toml::parse(toml);
  } catch (const toml::parse_error& problem) {
    return Error{ErrorCode::kBadHeader,
                 "line " + std::to_string(problem.source().begin.line) + ": " +
                     std::string(problem.description()),
                 "write TOML: key = value, texts in quotes",
                 where,
                 {}};
  }
  auto applied = apply_table(fields_of(config), table, "");
  if (applied) return applied;
  Error error = applied.error();
  error.file = where;
  return error;
}

Result<void> apply_assignment(TrainConfig& config, std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    return Error{ErrorCode::kInvalidArgument,
                 "'" + std::string(assignment) + "' is no assignment",
                 "write --set table.key=value",
                 {},
                 {}};
  }
  const std::string key(assignment.substr(0, equals));
  std::string value(assignment.substr(equals + 1));
  // A bare word is a text: shells make quotes a nuisance.
  const auto fields = fields_of(config);
  const auto field = std::find_if(fields.begin(), fields.end(),
                                  [&](const ConfigField& f) { return f.name == key; });
  const bool text = field != fields.end() && std::holds_alternative<std::string*>(field->value);
  if (text && (value.empty() || value.front() != '"')) value = '"' + value + '"';
  return apply_toml(config, key + " = " + value, "--set " + std::string(assignment));
}

std::string toml_from_config(TrainConfig config) {
  std::ostringstream out;
  std::string table;
  for (const ConfigField& field : fields_of(config)) {
    const std::size_t dot = field.name.find('.');
    const std::string owner = dot == std::string::npos ? "" : field.name.substr(0, dot);
    if (owner != table) out << "\n[" << owner << "]\n";
    table = owner;
    toml::table line;
    const std::string key = dot == std::string::npos ? field.name : field.name.substr(dot + 1);
    std::visit([&](const auto* value) { line.insert_or_assign(key, *value); }, field.value);
    out << line << "\n";
  }
  return out.str();
}

Result<TrainConfig> config_from_json(std::string_view json) {
  const auto object = nlohmann::json::parse(json, nullptr, false);
  if (!object.is_object()) {
    return Error{ErrorCode::kBadHeader, "the stored configuration is malformed", "", {}, {}};
  }
  toml::table table;
  insert_json(table, object);
  TrainConfig config;
  // JSON writes 1.0 as a number too, so doubles keep their type on the way.
  if (auto applied = apply_table(fields_of(config), table, ""); !applied) return applied.error();
  if (auto complete = complete_config(config); !complete) return complete.error();
  return config;
}

}  // namespace ecg
