#include "beat/hrv.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "core/exact_math.h"
#include "core/philox.h"

using namespace ecg;
using Catch::Approx;

namespace {

std::vector<BeatClass> all_normal(std::size_t count) {
  return std::vector<BeatClass>(count, BeatClass::kNormal);
}

/// Intervals that end at their own times, all normal.
std::vector<RrInterval> intervals_of(const std::vector<double>& rr_ms) {
  std::vector<RrInterval> intervals;
  double at_s = 0;
  for (const double rr : rr_ms) intervals.push_back({at_s += rr / 1000, rr, true});
  return intervals;
}

}  // namespace

TEST_CASE("RR intervals are those between neighbouring R peaks") {
  const SampleIndex peaks[] = {100, 600, 1100, 1600, 2100};
  const auto intervals = rr_intervals(peaks, all_normal(5), 500);
  REQUIRE(intervals);
  REQUIRE(intervals->size() == 4);
  for (const RrInterval& one : *intervals) {
    CHECK(one.rr_ms == 1000);
    CHECK(one.normal);
  }
  CHECK((*intervals)[1].at_s == Approx(2.2));
}

TEST_CASE("ectopic beats, their pauses and missed beats do not count") {
  std::vector<SampleIndex> peaks;
  for (SampleIndex i = 0; i < 30; ++i) peaks.push_back(i * 500);
  auto classes = all_normal(30);
  classes[10] = BeatClass::kVentricular;
  peaks[10] -= 150;
  peaks.erase(peaks.begin() + 20);  // missed
  classes.pop_back();
  const auto intervals = rr_intervals(peaks, classes, 500);
  REQUIRE(intervals);
  std::size_t normal = 0;
  for (std::size_t i = 0; i < intervals->size(); ++i) {
    const bool expected = i != 9 && i != 10 && i != 19;
    CHECK((*intervals)[i].normal == expected);
    normal += expected;
  }
  const auto hrv = heart_rate_variability(*intervals);
  REQUIRE(hrv);
  CHECK(hrv->nn_count == normal);
  CHECK(hrv->sdnn_ms == Approx(0).margin(1e-9));
  CHECK(hrv->rmssd_ms == 0);
  CHECK(hrv->excluded_share == Approx(3.0 / 28));
  CHECK_FALSE(hrv->lf_ms2.has_value());  // too short
}

TEST_CASE("time-domain variability follows its definitions") {
  const auto hrv = heart_rate_variability(intervals_of({800, 860, 800, 830}));
  REQUIRE(hrv);
  CHECK(hrv->mean_nn_ms == Approx(822.5));
  CHECK(hrv->sdnn_ms == Approx(std::sqrt((2 * 22.5 * 22.5 + 37.5 * 37.5 + 7.5 * 7.5) / 3)));
  CHECK(hrv->rmssd_ms == Approx(std::sqrt((3600.0 + 3600 + 900) / 3)));
  CHECK(hrv->pnn50_percent == Approx(200.0 / 3));
  // A difference across a beat left out is none.
  auto gap = intervals_of({800, 860, 1500, 800, 800});
  gap[2].normal = false;
  CHECK(heart_rate_variability(gap)->rmssd_ms == Approx(std::sqrt(3600.0 / 2)));
}

TEST_CASE("a sine in the intervals has the power A^2/2, in its band, also with beats left out") {
  for (const double hz : {0.1, 0.25}) {
    std::vector<double> rr;
    double at_s = 0;
    while (at_s < 400) {
      rr.push_back(900 + 40 * exact_sin_turns(hz * (at_s + 0.9)));
      at_s += rr.back() / 1000;
    }
    auto intervals = intervals_of(rr);
    RandomStream random({.seed = 8});
    for (const bool with_gaps : {false, true}) {
      CAPTURE(hz, with_gaps);
      for (RrInterval& one : intervals) {
        if (with_gaps && random.bernoulli(0.1)) one.normal = false;
      }
      const auto hrv = heart_rate_variability(intervals);
      REQUIRE(hrv);
      REQUIRE(hrv->lf_hf.has_value());
      const double in = hz < 0.15 ? *hrv->lf_ms2 : *hrv->hf_ms2;
      const double out = hz < 0.15 ? *hrv->hf_ms2 : *hrv->lf_ms2;
      CHECK(in == Approx(800).epsilon(with_gaps ? 0.15 : 0.05));
      CHECK(out < (with_gaps ? 160 : 60));
    }
  }
}

TEST_CASE("variability refuses what it cannot tell") {
  CHECK(heart_rate_variability({}).error().code == ErrorCode::kInsufficientData);
  CHECK(heart_rate_variability(intervals_of({800, 800})).error().code ==
        ErrorCode::kInsufficientData);
  const SampleIndex peaks[] = {10, 5};
  CHECK(rr_intervals(peaks, all_normal(2), 500).error().code == ErrorCode::kInvalidArgument);
  CHECK(rr_intervals(peaks, all_normal(1), 500).error().code == ErrorCode::kInvalidArgument);
  CHECK(rr_intervals({}, {}, 500)->empty());
}
