// The JSON of info and convert is what docs/recording.schema.json says, for every kind of content.

#include "cli/recording_json.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <fstream>

#include "io/read_recording.h"
#include "json_schema.h"
#include "support/test_data.h"

using namespace ecg;
using Json = nlohmann::json;

namespace {

Json schema() {
  std::ifstream in(test::source_file("docs/recording.schema.json"));
  return Json::parse(in);
}

std::string breach_of(const nlohmann::ordered_json& json) {
  const Json rules = schema();
  return test::breach_of_schema(Json::parse(cli::text_from_json(json)), rules, rules);
}

/// A recording in which every field says something, some of it impossible in JSON.
Recording full_recording() {
  Recording recording;
  recording.signal = Signal({label_from_name("MDC_ECG_LEAD_II"), label_from_name("odd")}, 3, 250);
  recording.signal.lead(0)[1] = std::nanf("");
  recording.calibrations = {{200, 0.5, 12, "uV", "16"}, {0, 0, 0, "\xFF not UTF-8", ""}};
  recording.annotations = {{1, 0, "+", "(AFIB", 2, 1}, {2, std::nullopt, "N", "", 0, 0}};
  RecordingInfo& info = recording.info;
  info = {"r",      "WFDB",        "2020-01-01", 51.5, "female", "P7",
          "device", {"statement"}, {"comment"},  {},   {},       {}};
  info.identity = {"Doe", "1950", "clinic", "SN", {{"room", "7"}}};
  info.measurements = {{"QT", 400, "ms"}, {"QTc", std::nan(""), ""}};
  info.technical = {{"filter", "150 Hz"}};
  recording.groups = {{"median", Signal({label_of(Lead::kI)}, 2, 500), {{}}, {}}};
  recording.warnings = {"warning"};
  return recording;
}

}  // namespace

TEST_CASE("the schema's checker finds what does not fit", "[cli][json]") {
  const Json rules = Json::parse(
      R"({"type": "object", "required": ["a"], "additionalProperties": false,
          "properties": {"a": {"$ref": "#/$defs/list"}}, "$defs": {"list":
          {"type": "array", "items": {"type": ["integer", "null"]}}}})");
  const auto breach = [&](const char* text) {
    return test::breach_of_schema(Json::parse(text), rules, rules);
  };
  CHECK(breach(R"({"a": [1, null]})").empty());
  CHECK(breach(R"({"a": [1, "x"]})") == "/a/1: not of type [\"integer\",\"null\"]");
  CHECK(breach(R"({"a": [], "b": 1})") == ": unknown key b");
  CHECK(breach("{}") == ": lacks a");
  CHECK(breach("[]") == ": not of type \"object\"");
  CHECK(test::breach_of_schema(1, Json::parse(R"({"minimum": 0})"), rules) ==
        ": unknown rule minimum");
}

TEST_CASE("the JSON of a recording fits its schema, empty and full", "[cli][json]") {
  CHECK(breach_of(cli::json_from_recording({})).empty());
  CHECK(breach_of(cli::json_from_recording(full_recording())).empty());
  CHECK(breach_of(cli::json_with_samples(full_recording())).empty());
}

TEST_CASE("the JSON of real files of every format fits the schema", "[cli][json][real]") {
  const auto data = test::data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  for (const char* name :
       {"dicom/test_ecg.dcm", "edf/test_generator_2.edf", "scp/demo.scp", "hl7_aecg/subject1_0.xml",
        "muse_xml/example1.xml", "mat/example_recording.mat", "schiller_xml/sample.xml",
        "philips_sierra_xml/129DYPRG.XML"}) {
    const auto recording = read_recording(test::read_files({*data / "formats" / name}));
    INFO(name);
    REQUIRE(recording.has_value());
    CHECK(breach_of(cli::json_with_samples(*recording)).empty());
  }
}
