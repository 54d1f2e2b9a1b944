// The report says every label in words, whatever the wording drawn, and nothing else.

#include "synth/report.h"

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

#include "synth/catalogue.h"
#include "synth/simulate.h"

using namespace ecg;

namespace {

/// All wordings of one label in a recording at 66/min.
std::set<std::string> wordings_of(const std::string& label) {
  SimulationTruth truth;
  truth.labels = {label};
  truth.intervals.heart_rate_bpm = 66;
  std::set<std::string> wordings;
  for (std::uint64_t view = 0; view < 60; ++view) {
    RandomStream random(
        {.seed = 1, .record = view, .view = 0, .purpose = RandomPurpose::kSimulateAnatomy});
    wordings.insert(write_report(truth, random));
  }
  return wordings;
}

std::set<std::string> all_labels() {
  std::set<std::string> labels = {"normal", "left_axis", "right_axis"};
  for (const auto& entry : rhythm_catalogue()) labels.emplace(entry.name);
  for (const auto& entry : morphology_catalogue()) labels.emplace(entry.name);
  return labels;
}

}  // namespace

TEST_CASE("every label has three wordings that no other label has", "[report]") {
  std::set<std::string> seen;
  for (const std::string& label : all_labels()) {
    INFO(label);
    const std::set<std::string> wordings = wordings_of(label);
    CHECK(wordings.size() == 3);
    for (const std::string& wording : wordings) {
      CHECK(wording.size() > 4);
      CHECK(wording.find('#') == std::string::npos);
      CHECK(seen.insert(wording).second);
    }
  }
}

TEST_CASE("only the normal label is worded as normal", "[report]") {
  for (const std::string& label : all_labels()) {
    for (const std::string& wording : wordings_of(label)) {
      INFO(label << ": " << wording);
      const bool normal = wording.find("ormal ") != std::string::npos &&
                          wording.find("bnormal") == std::string::npos;
      CHECK(normal == (label == "normal"));
      CHECK(wording.find("olymorphic") == std::string::npos);
    }
  }
}

TEST_CASE("a report puts its labels in their order", "[report]") {
  SimulationTruth truth;
  truth.labels = {"sinus", "rbbb"};
  truth.intervals.heart_rate_bpm = 71.6;
  RandomStream random(
      {.seed = 1, .record = 1, .view = 0, .purpose = RandomPurpose::kSimulateAnatomy});
  const std::string report = write_report(truth, random);
  CHECK(report.find("72 bpm") != std::string::npos);
  CHECK(report.find("72 bpm") < report.find('.') + 1);
}
