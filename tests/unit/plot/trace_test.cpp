// Decimation: nothing that matters is lost, nothing is invented. Gaps stay gaps.

#include "plot/trace.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <limits>

#include "core/philox.h"
#include "unit/plot/plot_fixtures.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Approx;

namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

Signal noise(SampleIndex samples, double rate_hz) {
  Signal signal = one_lead("II", rate_hz, samples);
  RandomStream random({.seed = 3});
  for (float& value : signal.lead(0)) value = static_cast<float>(random.normal());
  return signal;
}

/// Sample that a point stands for, or -1 if it is at no sample's place.
SampleIndex sample_of(const Signal& signal, const Strip& strip, const ScenePoint& point) {
  const double position = strip.s_from_x_mm(point.x_mm) * signal.sampling_rate_hz();
  const auto sample = static_cast<SampleIndex>(std::lround(position));
  if (sample < 0 || sample >= signal.sample_count()) return -1;
  const double y_mm = strip.y_mm_from_mv(signal.lead(0)[static_cast<std::size_t>(sample)]);
  return std::fabs(position - static_cast<double>(sample)) < 0.05 &&
                 std::fabs(y_mm - point.y_mm) < 1e-4
             ? sample
             : -1;
}

}  // namespace

TEST_CASE("a spike of one sample shows at every zoom and place", "[trace]") {
  for (const SampleIndex spike : {0, 1, 777, 2503, 4999}) {
    Signal signal = one_lead("II", 500, 5000);
    signal.lead(0)[static_cast<std::size_t>(spike)] = -1.5F;
    for (const double px_per_mm : {0.0, 0.05, 0.3, 1.0, 1.7, 3.78, 4.99, 5.01, 8.0, 40.0}) {
      const Scene scene = build_scene(signal, {}, px_per_mm);
      const auto points = trace_of(scene, 0);
      const auto lowest = std::max_element(
          points.begin(), points.end(),
          [](const ScenePoint& a, const ScenePoint& b) { return a.y_mm < b.y_mm; });
      CAPTURE(spike, px_per_mm);
      CHECK(lowest->y_mm == Approx(scene.strips[0].y_mm + 15));
      CHECK(lowest->x_mm ==
            Approx(scene.strips[0].x_mm + static_cast<double>(spike) / 500 * 25).epsilon(1e-6));
    }
  }
}

TEST_CASE("each pixel column keeps its first, lowest, highest and last sample", "[trace]") {
  const Signal signal = noise(20000, 1000);
  ViewState state;
  state.start_s = 3.0017;
  const double px_per_mm = 2.3;
  const Scene scene = build_scene(signal, state, px_per_mm);
  const Strip& strip = scene.strips[0];
  const double samples_per_px = 1000 / (px_per_mm * 25);
  std::vector<SampleIndex> kept;
  for (const ScenePoint& point : trace_of(scene, 0))
    kept.push_back(sample_of(signal, strip, point));
  REQUIRE(std::is_sorted(kept.begin(), kept.end()));
  REQUIRE(kept.front() == 3002);
  CHECK(kept.back() == 13001);
  std::vector<SampleIndex> expected;
  for (SampleIndex begin = 3002; begin < 13002;) {
    const auto column = std::floor(static_cast<double>(begin) / samples_per_px);
    SampleIndex end = begin;
    SampleIndex low = begin, high = begin;
    const auto values = signal.lead(0);
    for (; end < 13002 && std::floor(static_cast<double>(end) / samples_per_px) == column; ++end) {
      const auto i = static_cast<std::size_t>(end);
      if (values[i] < values[static_cast<std::size_t>(low)]) low = end;
      if (values[i] > values[static_cast<std::size_t>(high)]) high = end;
    }
    std::vector<SampleIndex> four = {begin, low, high, end - 1};
    std::sort(four.begin(), four.end());
    four.erase(std::unique(four.begin(), four.end()), four.end());
    expected.insert(expected.end(), four.begin(), four.end());
    begin = end;
  }
  CHECK(kept == expected);
  CHECK(kept.size() < 4 * 575 + 8);
}

TEST_CASE("decimation begins at four samples per pixel", "[trace]") {
  const Signal signal = noise(5000, 500);  // 20 samples per mm at 25 mm/s
  CHECK(trace_of(build_scene(signal, {}, 5.001), 0).size() == 5000);
  CHECK(trace_of(build_scene(signal, {}, 5), 0).size() < 5000);
  CHECK(trace_of(build_scene(signal, {}, 0), 0).size() == 5000);
}

TEST_CASE("a scrolled trace keeps its points", "[trace]") {
  const Signal signal = noise(60000, 1000);
  const auto kept_from = [&](double start_s) {
    ViewState state;
    state.start_s = start_s;
    const Scene scene = build_scene(signal, state, 2.0);
    std::vector<SampleIndex> kept;
    for (const ScenePoint& point : trace_of(scene, 0)) {
      kept.push_back(sample_of(signal, scene.strips[0], point));
    }
    return kept;
  };
  const auto before = kept_from(5.0), after = kept_from(5.777);
  const auto begin = std::find(before.begin(), before.end(), after[8]);
  REQUIRE(begin != before.end());
  CHECK(std::equal(begin, before.end() - 8, after.begin() + 8));
}

TEST_CASE("missing samples interrupt the line", "[trace]") {
  Signal signal = one_lead("II", 500, 5000);
  auto lead = signal.lead(0);
  std::fill(lead.begin() + 1000, lead.begin() + 1500, kMissing);
  lead[3000] = kMissing;
  lead[3002] = std::numeric_limits<float>::infinity();
  for (const double px_per_mm : {0.0, 1.0, 3.78}) {
    const Scene scene = build_scene(signal, {}, px_per_mm);
    const auto lines = lines_of(scene, LineKind::kTrace);
    const auto x_mm = [&](double sample) { return scene.strips[0].x_mm + sample / 500 * 25; };
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].points.back().x_mm == Approx(x_mm(999)));
    CHECK(lines[1].points.front().x_mm == Approx(x_mm(1500)));
    CHECK(lines[1].points.back().x_mm == Approx(x_mm(2999)));
    CHECK(lines[2].points.size() == 1);  // an isolated sample
    CHECK(lines[3].points.front().x_mm == Approx(x_mm(3003)));
    for (const SceneLine& line : lines) {
      for (const ScenePoint& point : line.points) CHECK(std::isfinite(point.y_mm));
    }
  }
}

TEST_CASE("a lead without any sample draws nothing", "[trace]") {
  Signal signal = one_lead("II", 500, 5000);
  for (float& value : signal.lead(0)) value = kMissing;
  CHECK(trace_of(build_scene(signal, {}, 0), 0).empty());
  CHECK(trace_of(build_scene(signal, {}, 1), 0).empty());
}

TEST_CASE("instants that miss a sample by rounding alone find it", "[trace]") {
  const Signal signal = one_lead("II", 360, 650000);
  for (SampleIndex i = 0; i < 650000; i += 997) {
    CHECK(first_sample_at(signal, static_cast<double>(i) / 360) == i);
  }
  CHECK(first_sample_at(signal, -5) == 0);
  CHECK(first_sample_at(signal, 1e9) == 650000);
  CHECK(first_sample_at(signal, 0.5 / 360) == 1);
}
