// "Measured here": against the simulator's truth, and honest where there is nothing to find.

#include "viewer/measured_facts.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "synth/simulate.h"

using namespace ecg;

namespace {

const MeasuredFact& fact(const std::vector<MeasuredFact>& facts, std::string_view name) {
  const auto found =
      std::find_if(facts.begin(), facts.end(), [&](const auto& f) { return f.name == name; });
  REQUIRE(found != facts.end());
  return *found;
}

double number_of(const MeasuredFact& f) {
  CHECK(f.found);
  return std::stod(f.value);
}

/// Half a small square of the paper. How good measuring is over many records is the bench's
/// subject.
constexpr double kHalfSquare_ms = 20;

Simulation simulated(double duration_s) {
  SimulationOptions options;
  options.seed = 11;
  options.duration_s = duration_s;
  return std::move(*simulate(options));
}

}  // namespace

TEST_CASE("intervals of a simulated recording are measured as it was made", "[measured]") {
  const Simulation simulation = simulated(10);
  const auto measured = measure_here(simulation.recording.signal);
  REQUIRE(measured.has_value());
  const auto facts = measured_facts(*measured);
  const auto& truth = simulation.truth.intervals;
  CHECK(std::abs(number_of(fact(facts, "PR")) - truth.pr_ms.value()) <= kHalfSquare_ms);
  CHECK(std::abs(number_of(fact(facts, "QRS")) - truth.qrs_ms.value()) <= kHalfSquare_ms);
  CHECK(std::abs(number_of(fact(facts, "QT")) - truth.qt_ms.value()) <= kHalfSquare_ms);
  CHECK(fact(facts, "QTc").explanation.find("Bazett") != std::string::npos);
  CHECK(measured->duration_s == 10);
}

TEST_CASE("a flat recording has no figures, each with its reason", "[measured]") {
  Signal flat({label_of(Lead::kI), label_of(Lead::kII)}, 5000, 500);
  const auto measured = measure_here(flat);
  REQUIRE(measured.has_value());
  for (const MeasuredFact& f : measured_facts(*measured)) {
    CHECK_FALSE(f.found);
    CHECK_FALSE(f.explanation.empty());
  }
  const auto doubts = measured_doubts(*measured, flat);
  REQUIRE_FALSE(doubts.empty());
  CHECK(doubts.back() == "Too bad to measure: I, II.");
}

TEST_CASE("of a long recording the beginning is measured, and said to be", "[measured]") {
  const auto measured = measure_here(simulated(90).recording.signal);
  REQUIRE(measured.has_value());
  CHECK(measured->duration_s == kMeasured_s);
}
