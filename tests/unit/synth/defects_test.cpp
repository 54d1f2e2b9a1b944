// Every defect does what its truth says, where it says, and nothing elsewhere.

#include "synth/defects.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "synth/simulate.h"
#include "unit/synth/signal_hash.h"

using namespace ecg;
using Catch::Approx;

namespace {

Simulation simulated(std::vector<Defect> defects, std::uint64_t index = 2, double noise = 0) {
  SimulationOptions options;
  options.index = index;
  options.defects = std::move(defects);
  options.noise_scale = noise;
  return simulate(options).value();
}

double largest_difference(std::span<const float> a, std::span<const float> b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    largest = std::max(largest, std::abs(double{a[i]} - b[i]));
  return largest;
}

double rms_difference(const Simulation& a, const Simulation& b) {
  double sum = 0;
  const auto x = a.recording.signal.values();
  const auto y = b.recording.signal.values();
  for (std::size_t i = 0; i < x.size(); ++i) sum += (x[i] - y[i]) * (x[i] - y[i]);
  return std::sqrt(sum / static_cast<double>(x.size()));
}

double einthoven_residual_mv(const Signal& signal) {
  double worst = 0;
  for (std::size_t i = 0; i < signal.lead(0).size(); ++i) {
    worst = std::max(worst,
                     std::abs(double{signal.lead(2)[i]} - signal.lead(1)[i] + signal.lead(0)[i]));
  }
  return worst;
}

}  // namespace

TEST_CASE("swapped arm cables invert lead I and exchange II with III", "[defects]") {
  const Simulation right = simulated({});
  const Simulation swapped = simulated({Defect::kSwappedArms});
  const Signal& a = right.recording.signal;
  const Signal& b = swapped.recording.signal;
  for (std::size_t i = 0; i < a.lead(0).size(); ++i) {
    REQUIRE(b.lead(0)[i] == Approx(-a.lead(0)[i]).margin(1e-6));
    REQUIRE(b.lead(1)[i] == Approx(a.lead(2)[i]).margin(1e-6));
    REQUIRE(b.lead(3)[i] == Approx(a.lead(4)[i]).margin(1e-6));
    REQUIRE(b.lead(8)[i] == Approx(a.lead(8)[i]).margin(1e-6));  // Wilson's terminal is the same
  }
  CHECK(swapped.truth.defects[0].where == "RA/LA");
  CHECK(swapped.truth.axis.qrs_deg == right.truth.axis.qrs_deg);
}

TEST_CASE("swapped left cables exchange leads I and II", "[defects]") {
  const Signal a = simulated({}).recording.signal;
  const Signal b = simulated({Defect::kSwappedLeft}).recording.signal;
  CHECK(largest_difference(a.lead(0), b.lead(1)) < 1e-6);
  CHECK(largest_difference(a.lead(1), b.lead(0)) < 1e-6);
}

TEST_CASE("electrode faults keep Einthoven's law and spare leads without that electrode",
          "[defects]") {
  for (std::uint64_t index = 0; index < 30; ++index) {
    for (const Defect defect : {Defect::kLeadOff, Defect::kElectrodePop, Defect::kMotion}) {
      const Simulation good = simulated({}, index);
      const Simulation bad = simulated({defect}, index);
      REQUIRE(bad.truth.defects.size() == 1);
      const DefectTruth& truth = bad.truth.defects[0];
      INFO(defect_name(defect) << " of " << truth.where << " index " << index);
      CHECK(einthoven_residual_mv(bad.recording.signal) < 0.001);
      CHECK(rms_difference(good, bad) > 0.005);
      if (truth.where[0] != 'V') continue;
      for (std::size_t row = 0; row < 12; ++row) {
        const bool own = lead_name(kTwelveLeads[row]) == truth.where;
        const double difference =
            largest_difference(good.recording.signal.lead(row), bad.recording.signal.lead(row));
        CHECK((difference > 0.02) == own);
      }
    }
  }
}

TEST_CASE("disturbances stay within their time", "[defects]") {
  for (std::uint64_t index = 0; index < 30; ++index) {
    const Simulation good = simulated({}, index);
    const Simulation bad = simulated({Defect::kMotion}, index);
    const DefectTruth& truth = bad.truth.defects[0];
    for (std::size_t i = 0; i < 5000; ++i) {
      const double t = static_cast<double>(i) / 500;
      if (t >= truth.begin_s && t <= truth.end_s) continue;
      for (std::size_t row = 0; row < 12; ++row) {
        REQUIRE(good.recording.signal.lead(row)[i] == bad.recording.signal.lead(row)[i]);
      }
    }
  }
}

TEST_CASE("saturation, quantisation and gaps are what they are called", "[defects]") {
  const Signal good = simulated({}).recording.signal;
  const Signal clipped = simulated({Defect::kSaturation}).recording.signal;
  float limit = 0;
  for (const float value : clipped.values()) limit = std::max(limit, std::abs(value));
  const auto at_limit = std::count_if(clipped.values().begin(), clipped.values().end(),
                                      [limit](float v) { return std::abs(v) == limit; });
  CHECK(at_limit > 10);
  const Signal coarse = simulated({Defect::kCoarse}).recording.signal;
  std::vector<float> levels(coarse.values().begin(), coarse.values().end());
  std::sort(levels.begin(), levels.end());
  const auto distinct = std::unique(levels.begin(), levels.end()) - levels.begin();
  CHECK((distinct > 10 && distinct < 300));
  CHECK(largest_difference(good.values(), coarse.values()) < 0.026);
  const Simulation missing = simulated({Defect::kMissing});
  const DefectTruth& truth = missing.truth.defects[0];
  const auto absent =
      std::count_if(missing.recording.signal.lead(4).begin(),
                    missing.recording.signal.lead(4).end(), [](float v) { return std::isnan(v); });
  CHECK(static_cast<double>(absent) == Approx((truth.end_s - truth.begin_s) * 500).margin(1.5));
}

TEST_CASE("strong noise is strong and the default is free of defects", "[defects]") {
  const Simulation clean = simulated({}, 2, 1);
  CHECK(clean.truth.defects.empty());
  for (const Defect defect : {Defect::kBaselineWander, Defect::kMuscle, Defect::kMains}) {
    INFO(defect_name(defect));
    CHECK(rms_difference(clean, simulated({defect}, 2, 1)) > 0.015);
  }
}

TEST_CASE("every defect has a name, and its bits are the same everywhere", "[defects][golden]") {
  std::uint64_t all = 0;
  for (const auto& entry : defect_catalogue()) {
    CHECK(defect_from_name(entry.name) == entry.value);
    if (entry.value == Defect::kMissing) continue;  // the bits of a NaN are the platform's
    all = all * 31 + test::signal_hash(simulated({entry.value}, 5, 1).recording.signal);
  }
  CHECK(all == 0xa0e99cda32e7c9e5ull);
}
