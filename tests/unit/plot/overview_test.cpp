// The strip of a whole recording.

#include "plot/overview.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "unit/plot/plot_fixtures.h"

using namespace ecg;
using namespace ecg::test;

TEST_CASE("an overview holds the extremes of each column, every sample once", "[overview]") {
  const Signal signal = twelve_leads(500, 10);
  const Overview overview = build_overview(signal, 3, 777);
  REQUIRE(overview.low_mv.size() == 777);
  REQUIRE(overview.high_mv.size() == 777);
  const auto lead = signal.lead(3);
  for (std::size_t c = 0; c < 777; ++c) {
    const auto begin = lead.begin() + static_cast<std::ptrdiff_t>(c * 5000 / 777);
    const auto end = lead.begin() + static_cast<std::ptrdiff_t>((c + 1) * 5000 / 777);
    CHECK(overview.low_mv[c] == *std::min_element(begin, end));
    CHECK(overview.high_mv[c] == *std::max_element(begin, end));
  }
  CHECK(overview.lowest_mv == *std::min_element(lead.begin(), lead.end()));
  CHECK(overview.highest_mv == *std::max_element(lead.begin(), lead.end()));
  CHECK(overview.duration_s == 10);
}

TEST_CASE("an overview has at most one column per sample", "[overview]") {
  Signal signal = one_lead("II", 100, 3);
  signal.lead(0)[1] = 2;
  const Overview overview = build_overview(signal, 0, 1000);
  CHECK(overview.high_mv == std::vector<float>{0, 2, 0});
}

TEST_CASE("missing columns of an overview are NaN", "[overview]") {
  Signal signal = one_lead("II", 100, 100);
  auto lead = signal.lead(0);
  std::fill(lead.begin(), lead.begin() + 50, std::numeric_limits<float>::quiet_NaN());
  const Overview overview = build_overview(signal, 0, 2);
  CHECK(std::isnan(overview.low_mv[0]));
  CHECK(std::isnan(overview.high_mv[0]));
  CHECK(overview.low_mv[1] == 0);
  std::fill(lead.begin(), lead.end(), std::numeric_limits<float>::quiet_NaN());
  CHECK(build_overview(signal, 0, 2).highest_mv == 0);
}

TEST_CASE("an overview of what is not there is empty", "[overview]") {
  const Signal signal = one_lead("II", 100, 100);
  CHECK(build_overview(signal, 1, 10).low_mv.empty());
  CHECK(build_overview(signal, 0, 0).low_mv.empty());
  CHECK(build_overview(SignalView{}, 0, 10).low_mv.empty());
}

TEST_CASE("the rhythm lead is II where there is one", "[overview]") {
  const auto rhythm_of = [](const std::vector<std::string>& names) {
    std::vector<LeadLabel> labels;
    for (const auto& name : names) labels.push_back(label_from_name(name));
    return names[rhythm_lead(Signal(labels, 1, 100))];
  };
  CHECK(rhythm_of({"I", "V1", "II"}) == "II");
  CHECK(rhythm_of({"V5", "MLII"}) == "MLII");
  CHECK(rhythm_of({"I", "V5", "V1"}) == "V1");
  CHECK(rhythm_of({"ECG1", "ECG2"}) == "ECG1");
}
