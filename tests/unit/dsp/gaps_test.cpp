#include "dsp/gaps.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace {
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
using Ranges = std::vector<ecg::SampleRange>;
}  // namespace

TEST_CASE("Runs and gaps cover a signal without overlap") {
  const std::vector<float> samples = {kNan, 1, 2, kNan, kInfinity, 3, kNan};
  CHECK(ecg::finite_runs(samples) == Ranges{{1, 3}, {5, 6}});
  CHECK(ecg::gaps(samples) == Ranges{{0, 1}, {3, 5}, {6, 7}});
  CHECK(ecg::finite_runs({}).empty());
  CHECK(ecg::gaps({}).empty());
  CHECK(ecg::gaps(std::vector<float>{1, 2}).empty());
  CHECK(ecg::finite_runs(std::vector<float>{1, 2}) == Ranges{{0, 2}});
}

TEST_CASE("Short gaps are bridged linearly, and held at the ends") {
  std::vector<float> samples = {kNan, 1, kNan, kNan, 4, kNan, kNan, kNan, 8, kInfinity, kNan};
  CHECK(ecg::interpolate_gaps(samples, 2) == 3);
  CHECK(samples[0] == 1);
  CHECK(samples[2] == 2);
  CHECK(samples[3] == 3);
  CHECK(std::isnan(samples[5]));
  CHECK(samples[9] == 8);
  CHECK(samples[10] == 8);
  CHECK(ecg::interpolate_gaps(samples, 3) == 0);
  CHECK(samples[6] == 6);
}

TEST_CASE("What cannot be bridged stays missing") {
  std::vector<float> nothing(5, kNan);
  CHECK(ecg::interpolate_gaps(nothing, 100) == 5);
  CHECK(std::isnan(nothing[0]));
  std::vector<float> one = {1, kNan, 3};
  CHECK(ecg::interpolate_gaps(one, 0) == 1);
  CHECK(ecg::interpolate_gaps({}, 5) == 0);
}

TEST_CASE("One missing sample anywhere is noticed") {
  for (std::size_t count = 0; count < 12; ++count) {
    std::vector<float> samples(count, -3.4e38f);
    CHECK(ecg::all_finite(samples));
    for (std::size_t i = 0; i < count; ++i) {
      for (const float missing : {kNan, kInfinity, -kInfinity}) {
        samples[i] = missing;
        CHECK_FALSE(ecg::all_finite(samples));
        samples[i] = 1;
      }
    }
  }
}
