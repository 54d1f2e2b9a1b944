#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <utility>

#define JSON_NOEXCEPTION 1
#define JSON_HAS_FILESYSTEM 0
#define JSON_HAS_EXPERIMENTAL_FILESYSTEM 0
#include <nlohmann/json.hpp>

#include "model_input/model_spec.h"

namespace ecg {
namespace {

using Json = nlohmann::ordered_json;

Error malformed(const std::string& path, std::string_view problem, std::string_view expected) {
  return {ErrorCode::kBadHeader,
          "model.json: \"" + path + "\" " + std::string(problem),
          "\"" + path + "\" must be " + std::string(expected),
          {},
          {}};
}

Error unsupported(const std::string& path, const std::string& value, std::string_view expected) {
  return {ErrorCode::kUnsupported,
          "model.json: \"" + path + "\" is \"" + value + "\"",
          "this version knows " + std::string(expected),
          {},
          {}};
}

/// Reads the members of one object and keeps the first error.
class ObjectReader {
 public:
  ObjectReader(const Json& object, std::string path) : object_(object), path_(std::move(path)) {}

  const std::optional<Error>& error() const { return error_; }
  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }

  std::string path_of(std::string_view key) const { return path_ + "." + std::string(key); }

  /// The member, or nullptr if it is absent or null.
  const Json* find(std::string_view key) const {
    const auto member = object_.find(key);
    return member == object_.end() || member->is_null() ? nullptr : &*member;
  }

  const Json* require(std::string_view key, std::string_view expected) {
    const Json* member = find(key);
    if (!member) fail(malformed(path_of(key), "is missing", expected));
    return member;
  }

  double number(std::string_view key, std::string_view expected) {
    const Json* member = require(key, expected);
    if (!member) return 0;
    if (!member->is_number()) fail(malformed(path_of(key), "is not a number", expected));
    return error_ ? 0 : member->get<double>();
  }

  SampleIndex integer(std::string_view key, std::string_view expected) {
    const double value = number(key, expected);
    if (error_) return 0;
    if (value != std::floor(value) || std::fabs(value) > 0x1p52) {
      fail(malformed(path_of(key), "is not a whole number", expected));
      return 0;
    }
    return static_cast<SampleIndex>(value);
  }

  std::string text(std::string_view key, std::string_view expected) {
    const Json* member = require(key, expected);
    if (!member) return {};
    if (!member->is_string()) fail(malformed(path_of(key), "is not a text", expected));
    return error_ ? std::string() : member->get<std::string>();
  }

  void allow_only(std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : object_.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      std::string names;
      for (const std::string_view name : known)
        names += (names.empty() ? "" : ", ") + std::string(name);
      fail({ErrorCode::kUnsupported,
            "model.json: \"" + path_of(key) + "\" is not known here",
            "known keys: " + names,
            {},
            {}});
    }
  }

 private:
  const Json& object_;
  std::string path_;
  std::optional<Error> error_;
};

std::vector<Lead> read_leads(ObjectReader& input) {
  constexpr std::string_view kExpected = "a list of lead names such as [\"I\", \"II\", \"V1\"]";
  std::vector<Lead> leads;
  const Json* list = input.require("leads", kExpected);
  if (!list) return leads;
  if (!list->is_array()) input.fail(malformed(input.path_of("leads"), "is not a list", kExpected));
  for (std::size_t i = 0; !input.error() && i < list->size(); ++i) {
    const Json& name = (*list)[i];
    const std::string path = input.path_of("leads") + "[" + std::to_string(i) + "]";
    if (!name.is_string()) {
      input.fail(malformed(path, "is not a text", "a lead name such as \"V1\""));
      break;
    }
    leads.push_back(lead_from_name(name.get<std::string>()));
    if (leads.back() == Lead::kOther) {
      input.fail(unsupported(path, name.get<std::string>(),
                             "I, II, III, aVR, aVL, aVF, V1 ... V9, V3R ... V6R, X, Y, Z"));
    }
  }
  return leads;
}

/// An edge of the filter: 0 = off when absent or null.
double read_edge(ObjectReader& filter, std::string_view key) {
  return filter.find(key) ? filter.number(key, "a frequency in Hz, or null for no edge") : 0.0;
}

void read_filter(ObjectReader& input, ModelSpec& spec) {
  spec.highpass_hz = 0;
  spec.lowpass_hz = 0;
  const Json* object = input.find("filter");
  if (!object) return;
  if (!object->is_object()) {
    return input.fail(malformed(input.path_of("filter"), "is not an object", "an object or null"));
  }
  ObjectReader filter(*object, input.path_of("filter"));
  filter.allow_only({"kind", "order", "highpass_hz", "lowpass_hz", "zero_phase"});
  const std::string kind = filter.text("kind", "\"butterworth\"");
  if (!filter.error() && kind != "butterworth") {
    filter.fail(unsupported(filter.path_of("kind"), kind, "\"butterworth\""));
  }
  const SampleIndex order = filter.integer("order", "a whole number from 1 to 16");
  spec.filter_order = static_cast<int>(std::clamp<SampleIndex>(order, -1, 1000));
  spec.highpass_hz = read_edge(filter, "highpass_hz");
  spec.lowpass_hz = read_edge(filter, "lowpass_hz");
  const Json* zero_phase = filter.find("zero_phase");
  if (zero_phase && *zero_phase != true) {
    filter.fail(unsupported(filter.path_of("zero_phase"), zero_phase->dump(), "true"));
  }
  if (filter.error()) input.fail(*filter.error());
}

Normalisation read_normalisation(ObjectReader& input) {
  constexpr std::string_view kExpected = "\"none\", \"zscore_record\" or \"zscore_lead\"";
  constexpr std::array kAll = {Normalisation::kNone, Normalisation::kZscoreRecord,
                               Normalisation::kZscoreLead};
  const std::string name = input.text("normalisation", kExpected);
  for (const Normalisation candidate : kAll) {
    if (name == normalisation_name(candidate)) return candidate;
  }
  if (!input.error()) input.fail(unsupported(input.path_of("normalisation"), name, kExpected));
  return Normalisation::kNone;
}

Result<ModelSpec> read_input(const Json& object, ModelSpec spec) {
  ObjectReader input(object, "input");
  input.allow_only(
      {"leads", "sampling_rate_hz", "samples", "unit", "filter", "normalisation", "patch_samples"});
  spec.leads = read_leads(input);
  spec.sampling_rate_hz = input.number("sampling_rate_hz", "a sampling rate in Hz");
  spec.samples = input.integer("samples", "the number of samples per lead");
  spec.patch_samples = input.integer("patch_samples", "the number of samples in one token");
  const std::string unit = input.text("unit", "\"mV\"");
  if (!input.error() && unit != "mV") input.fail(unsupported("input.unit", unit, "\"mV\""));
  read_filter(input, spec);
  spec.normalisation = read_normalisation(input);
  if (input.error()) return *input.error();
  if (auto ok = check_model_spec(spec); !ok) return ok.error();
  return spec;
}

/// A text member of model.json itself, empty if absent.
std::string text_or_empty(const Json& object, std::string_view key) {
  const auto member = object.find(key);
  return member != object.end() && member->is_string() ? member->get<std::string>() : std::string();
}

Json edge_json(double edge_hz) { return edge_hz == 0 ? Json(nullptr) : Json(edge_hz); }

}  // namespace

Result<ModelSpec> model_spec_from_json(std::string_view json) {
  const Json document = Json::parse(json, nullptr, false);
  if (document.is_discarded() || !document.is_object()) {
    return Error{ErrorCode::kBadHeader,
                 "model.json is not a JSON object",
                 "use the model.json that was exported with the model",
                 {},
                 {}};
  }
  const auto input = document.find("input");
  if (input == document.end()) return read_input(document, {});
  if (!input->is_object()) return malformed("input", "is not an object", "an object");
  ModelSpec spec;
  spec.name = text_or_empty(document, "name");
  spec.version = text_or_empty(document, "version");
  return read_input(*input, std::move(spec));
}

std::string model_spec_input_json(const ModelSpec& spec) {
  Json input;
  input["leads"] = Json::array();
  for (const Lead lead : spec.leads) input["leads"].push_back(std::string(lead_name(lead)));
  input["sampling_rate_hz"] = spec.sampling_rate_hz;
  input["samples"] = spec.samples;
  input["unit"] = "mV";
  if (spec.highpass_hz == 0 && spec.lowpass_hz == 0) {
    input["filter"] = nullptr;
  } else {
    input["filter"] = {{"kind", "butterworth"},
                       {"order", spec.filter_order},
                       {"highpass_hz", edge_json(spec.highpass_hz)},
                       {"lowpass_hz", edge_json(spec.lowpass_hz)},
                       {"zero_phase", true}};
  }
  input["normalisation"] = std::string(normalisation_name(spec.normalisation));
  input["patch_samples"] = spec.patch_samples;
  return input.dump(2);
}

}  // namespace ecg
