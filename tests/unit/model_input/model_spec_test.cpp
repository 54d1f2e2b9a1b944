#include "model_input/model_spec.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

namespace {

const std::string kInput = R"({
  "leads": ["I", "ii", "V1"], "sampling_rate_hz": 250, "samples": 2250, "unit": "mV",
  "filter": {"kind": "butterworth", "order": 5, "highpass_hz": 0.67, "lowpass_hz": null,
             "zero_phase": true},
  "normalisation": "zscore_lead", "patch_samples": 75})";

/// kInput with one piece of text replaced.
std::string with(const std::string& from, const std::string& to) {
  std::string text = kInput;
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

ecg::Error error_of(const std::string& json) {
  CAPTURE(json);
  const auto spec = ecg::model_spec_from_json(json);
  REQUIRE_FALSE(spec);
  CHECK_FALSE(spec.error().hint.empty());
  return spec.error();
}

bool names(const ecg::Error& error, const std::string& text) {
  return error.message.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("The default is the demo model: 12 leads, 10 s at 100 Hz, 240 tokens") {
  const ecg::ModelSpec spec;
  CHECK(ecg::check_model_spec(spec));
  CHECK(spec.column_count() == 20);
  CHECK(spec.token_count() == 240);
  CHECK(spec.duration_s() == 10);
}

TEST_CASE("An input object is read, alone or inside model.json") {
  const auto alone = ecg::model_spec_from_json(kInput);
  REQUIRE(alone);
  CHECK(alone->leads == std::vector{ecg::Lead::kI, ecg::Lead::kII, ecg::Lead::kV1});
  CHECK(alone->sampling_rate_hz == 250);
  CHECK(alone->samples == 2250);
  CHECK(alone->highpass_hz == 0.67);
  CHECK(alone->lowpass_hz == 0);
  CHECK(alone->filter_order == 5);
  CHECK(alone->normalisation == ecg::Normalisation::kZscoreLead);
  CHECK(alone->patch_samples == 75);
  CHECK(alone->token_count() == 90);

  const auto inside = ecg::model_spec_from_json(
      R"({"format": 1, "name": "tiny", "version": "3", "graphs": {}, "input": )" + kInput + "}");
  REQUIRE(inside);
  CHECK(inside->name == "tiny");
  CHECK(inside->version == "3");
  CHECK(inside->leads == alone->leads);
}

TEST_CASE("What is written is read back equal") {
  ecg::ModelSpec spec;
  for (int variant = 0; variant < 5; ++variant) {
    if (variant == 1) spec.lowpass_hz = 0;
    if (variant == 2) spec.highpass_hz = 0;
    if (variant == 3) {
      spec = {};
      spec.leads = {ecg::Lead::kV4r, ecg::Lead::kX};
      spec.sampling_rate_hz = 257.3;
      spec.highpass_hz = 0.1;
      spec.normalisation = ecg::Normalisation::kNone;
    }
    if (variant == 4) spec.normalisation = ecg::Normalisation::kZscoreLead;
    const auto read = ecg::model_spec_from_json(ecg::model_spec_input_json(spec));
    CAPTURE(variant, ecg::model_spec_input_json(spec));
    REQUIRE(read);
    CHECK(*read == spec);
  }
}

TEST_CASE("No filter may be written as null or left out") {
  const auto none = ecg::model_spec_from_json(
      R"({"leads": ["I"], "sampling_rate_hz": 100, "samples": 100, "unit": "mV", "filter": null,
          "normalisation": "none", "patch_samples": 10})");
  REQUIRE(none);
  CHECK(none->highpass_hz == 0);
  CHECK(none->lowpass_hz == 0);
}

TEST_CASE("Malformed input objects name the key and what it may be") {
  using enum ecg::ErrorCode;
  for (const std::string json : {"", "{", "[]", "null", "3", "{}", "\xff\xfe"}) {
    CHECK(error_of(json).code == kBadHeader);
  }
  CHECK(names(error_of(R"({"input": 5})"), "\"input\""));
  CHECK(names(error_of(with("\"samples\": 2250,", "")), "input.samples\" is missing"));
  CHECK(names(error_of(with("2250", "\"many\"")), "input.samples\" is not a number"));
  CHECK(names(error_of(with("2250", "2250.5")), "not a whole number"));
  CHECK(names(error_of(with("2250", "1e300")), "not a whole number"));
  CHECK(names(error_of(with("\"ii\"", "7")), "input.leads[1]"));
  CHECK(names(error_of(with("[\"I\", \"ii\", \"V1\"]", "{}")), "input.leads\" is not a list"));
  CHECK(names(error_of(with("5,", "{},")), "input.filter.order"));
  CHECK(names(error_of(with("0.67", "[]")), "input.filter.highpass_hz"));
  const ecg::Error missing = error_of(with("\"normalisation\": \"zscore_lead\", ", ""));
  CHECK(missing.code == kBadHeader);
  CHECK(missing.hint.find("zscore_record") != std::string::npos);
}

TEST_CASE("What this version cannot do is refused, not approximated") {
  const auto unsupported = [](const std::string& json, const std::string& name) {
    const ecg::Error error = error_of(json);
    CAPTURE(error.message);
    CHECK(error.code == ecg::ErrorCode::kUnsupported);
    CHECK(names(error, name));
  };
  unsupported(with("\"mV\"", "\"uV\""), "input.unit");
  unsupported(with("\"ii\"", "\"MLII\""), "input.leads[1]");
  unsupported(with("butterworth", "bessel"), "input.filter.kind");
  unsupported(with("true", "false"), "input.filter.zero_phase");
  unsupported(with("zscore_lead", "minmax"), "input.normalisation");
  unsupported(with("\"unit\"", "\"notch_hz\": 50, \"unit\""), "input.notch_hz");
  unsupported(with("\"order\"", "\"ripple_db\": 1, \"order\""), "input.filter.ripple_db");
}

TEST_CASE("Impossible values are refused with what is allowed") {
  const auto impossible = [](const std::string& from, const std::string& to) {
    const ecg::Error error = error_of(with(from, to));
    CAPTURE(error.message);
    CHECK(error.code == ecg::ErrorCode::kBadValue);
  };
  impossible("250,", "0,");
  impossible("250,", "-100,");
  impossible("2250", "0");
  impossible("2250", "4000000000");
  impossible("75", "0");
  impossible("75", "76");
  impossible("\"ii\"", "\"I\"");
  impossible("[\"I\", \"ii\", \"V1\"]", "[]");
  impossible("0.67", "-1");
  impossible("0.67", "125");
  impossible("\"order\": 5", "\"order\": 0");
  impossible("\"order\": 5", "\"order\": 1000000000000");
  impossible("\"lowpass_hz\": null", "\"lowpass_hz\": 0.5");
}
