#include "beat/beat_sorting.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "core/exact_math.h"

using namespace ecg;

namespace {

constexpr double kRate_hz = 250;

/// Adds a Gaussian of that height and width (standard deviation, s) around a sample.
void add_wave(std::vector<float>& lead, SampleIndex centre, double height_mv, double width_s) {
  for (std::size_t i = 0; i < lead.size(); ++i) {
    const double t = static_cast<double>(static_cast<SampleIndex>(i) - centre) / kRate_hz / width_s;
    if (t * t < 80) lead[i] += static_cast<float>(height_mv * exact_exp(-0.5 * t * t));
  }
}

/// Two leads: narrow upright beats every second, but beats 3 and 6 wide and downwards.
struct Strip {
  std::vector<float> leads[2] = {std::vector<float>(2500, 0.0f), std::vector<float>(2500, 0.0f)};
  std::vector<SampleIndex> r_peaks;

  Strip() {
    for (SampleIndex beat = 0; beat < 10; ++beat) {
      const bool wide = beat == 3 || beat == 6;
      const SampleIndex at = 125 + 250 * beat;
      r_peaks.push_back(at);
      add_wave(leads[0], at, wide ? -1.5 : 1.0, wide ? 0.040 : 0.012);
      add_wave(leads[1], at + 2, wide ? 1.0 : -0.5, wide ? 0.040 : 0.012);
    }
  }

  ShapeCutter cutter(CutBeats cut_beats) const {
    const std::span<const float> views[] = {leads[0], leads[1]};
    return {views, kRate_hz, cut_beats};
  }
};

}  // namespace

TEST_CASE("beats of one shape share a group, the largest first") {
  const Strip strip;
  const SortedBeats sorted = sort_beats(strip.cutter(CutBeats::kRefuse), strip.r_peaks);
  REQUIRE(sorted.templates.size() == 2);
  CHECK(sorted.templates[0].count == 8);
  CHECK(sorted.templates[1].count == 2);
  for (std::size_t beat = 0; beat < 10; ++beat) {
    CHECK(sorted.group_of[beat] == (beat == 3 || beat == 6 ? 1u : 0u));
    CHECK(sorted.shift_of[beat] == 0);
  }
  for (const BeatTemplate& one : sorted.templates) CHECK(one.energy == energy_of(one.shape));
}

TEST_CASE("a late R peak is no shape of its own: the shift says how late") {
  Strip strip;
  strip.r_peaks[4] += 6;
  strip.r_peaks[7] -= 4;
  const ShapeCutter cutter = strip.cutter(CutBeats::kRefuse);
  REQUIRE(cutter.factor() == 2);
  for (const ShiftSearch search : {ShiftSearch::kBest, ShiftSearch::kNearest}) {
    const SortedBeats sorted = sort_beats(cutter, strip.r_peaks, search);
    REQUIRE(sorted.templates.size() == 2);
    CHECK(sorted.group_of[4] == 0);
    CHECK(sorted.shift_of[4] == -3);
    CHECK(sorted.group_of[7] == 0);
    CHECK(sorted.shift_of[7] == 2);
  }
}

TEST_CASE("beats that are cut have no shape, or are filled") {
  Strip strip;
  for (std::size_t i = 0; i < 4; ++i) {
    strip.leads[1][static_cast<std::size_t>(strip.r_peaks[5]) + i] =
        std::numeric_limits<float>::quiet_NaN();
  }
  strip.r_peaks.insert(strip.r_peaks.begin(), 8);  // 32 ms after the start
  const SortedBeats refused = sort_beats(strip.cutter(CutBeats::kRefuse), strip.r_peaks);
  CHECK(refused.group_of[0] == SortedBeats::kNone);
  CHECK(refused.group_of[6] == SortedBeats::kNone);
  const SortedBeats filled = sort_beats(strip.cutter(CutBeats::kFill), strip.r_peaks);
  std::size_t counted = 0;
  for (const BeatTemplate& one : filled.templates) {
    counted += one.count;
    for (const float value : one.shape) REQUIRE(std::isfinite(value));
  }
  CHECK(counted == strip.r_peaks.size());
  CHECK(filled.group_of[6] == filled.group_of[8]);  // one of two leads is enough here
}

TEST_CASE("likeness: equal, larger, inverted, unrelated and empty shapes") {
  const ShapeVector a = {1, -2, 1, 0}, twice = {2, -4, 2, 0}, minus = {-1, 2, -1, 0};
  const ShapeVector other = {0, 0, 0, 3}, flat = {0, 0, 0, 0};
  CHECK(likeness(a, a) == 1);
  CHECK(std::fabs(likeness(a, twice) - 0.8f) < 1e-6f);
  CHECK(likeness(a, minus) == -1);
  CHECK(likeness(a, other) == 0);
  CHECK(likeness(flat, flat) == 0);
}

TEST_CASE("nothing to sort: no leads, no beats, no samples") {
  const ShapeCutter none({}, kRate_hz, CutBeats::kFill);
  const SampleIndex at[] = {10};
  CHECK(sort_beats(none, {}).templates.empty());
  CHECK(sort_beats(Strip().cutter(CutBeats::kFill), {}).templates.empty());
  const std::vector<float> empty;
  const std::span<const float> view[] = {empty};
  const ShapeCutter nothing(view, kRate_hz, CutBeats::kFill);
  CHECK(sort_beats(nothing, at).group_of.size() == 1);
}
