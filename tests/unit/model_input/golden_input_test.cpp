// Against SciPy: tests/golden/model_input.json, made by tools/golden/model_input.py.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "model_input/make_input.h"
#include "support/test_data.h"

namespace {

ecg::Signal recording_of(const nlohmann::json& entry) {
  std::vector<ecg::LeadLabel> labels;
  for (const nlohmann::json& name : entry.at("leads")) {
    labels.push_back(ecg::label_from_name(name.get<std::string>()));
  }
  const nlohmann::json& rows = entry.at("input_uv");
  ecg::Signal recording(labels, static_cast<ecg::SampleIndex>(rows.at(0).size()),
                        entry.at("recording_hz"));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    std::transform(
        rows[row].begin(), rows[row].end(), recording.lead(row).begin(),
        [](const nlohmann::json& uv) { return static_cast<float>(uv.get<double>() / 1000); });
  }
  return recording;
}

}  // namespace

TEST_CASE("make_input equals SciPy's filter, resampling and z-score") {
  const auto bytes = ecg::test::read_file(ecg::test::source_file("tests/golden/model_input.json"));
  const auto document = nlohmann::json::parse(bytes.begin(), bytes.end());
  std::size_t checked = 0;
  for (const nlohmann::json& entry : document.at("cases")) {
    const auto spec = ecg::model_spec_from_json(entry.at("input").dump());
    REQUIRE(spec);
    const auto input = ecg::make_input(recording_of(entry), *spec);
    REQUIRE(input);
    CHECK(input->notes.empty());
    for (std::size_t row = 0; row < spec->leads.size(); ++row) {
      const auto expected = entry.at("output").at(row).get<std::vector<double>>();
      const auto lead = input->signal.lead(row);
      REQUIRE(lead.size() == expected.size());
      double largest = 0;
      for (std::size_t i = 0; i < lead.size(); ++i) {
        largest = std::max(largest, std::fabs(lead[i] - expected[i]));
      }
      CAPTURE(checked, row);
      CHECK(largest < 5e-6);
      ++checked;
    }
  }
  CHECK(checked == 4);
}
