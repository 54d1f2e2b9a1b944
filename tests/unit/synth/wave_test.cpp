#include "synth/wave.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "synth/beat_shape.h"

using namespace ecg;
using Catch::Approx;

namespace {

constexpr Wave kWave{1.0, 0.1, 0.05, {2, 0, -1}};

}  // namespace

TEST_CASE("a wave is one at its centre and zero from its ends on", "[wave]") {
  CHECK(wave_height(kWave, 1.0) == 1);
  CHECK(wave_height(kWave, 0.9) < 1e-40);
  CHECK(wave_height(kWave, 1.05) < 1e-40);
  CHECK(wave_height(kWave, 0.899) == 0);
  CHECK(wave_height(kWave, 2.0) == 0);
  CHECK(wave_height(kWave, 0.95) == Approx(0.421875));  // (1 - 1/4)^3
}

TEST_CASE("the area of a wave is its sum over time", "[wave]") {
  DipoleTrack track(20000, 10000);
  add_wave(kWave, track);
  double sum = 0;
  for (const double value : track.x) sum += value / 10000;
  CHECK(sum == Approx(wave_area(kWave).x).epsilon(1e-6));
  CHECK(track.y[10000] == 0);
  CHECK(track.z[10000] == -1);
}

TEST_CASE("waves at the edge of a recording are cut, not moved", "[wave]") {
  DipoleTrack track(10, 100);
  add_wave({-0.02, 0.1, 0.1, {1, 0, 0}}, track);
  add_wave({0.5, 0.1, 0.1, {0, 1, 0}}, track);
  CHECK(track.x[0] == Approx(wave_height({-0.02, 0.1, 0.1, {}}, 0)));
  CHECK(track.x[8] == Approx(0).margin(1e-12));
  for (const double value : track.y) CHECK(value == 0);
}

TEST_CASE("onset and offset are where 10 uV are passed", "[wave]") {
  const auto edges_at = [](const Vector3& mv, double edge) {
    const WaveTruth truth = measure_waves(std::vector{Wave{1.0, 0.1, 0.05, mv}});
    CHECK(truth.peak_s == Approx(1.0).margin(0.0005));
    CHECK(truth.onset_s == Approx(1 - 0.1 * edge).margin(0.0006));
    CHECK(truth.offset_s == Approx(1 + 0.05 * edge).margin(0.0006));
  };
  edges_at({0.6, 0, -0.8}, 0.88579);  // (1 - u^2)^3 = 0.01
  edges_at({0, 0.1, 0}, 0.73203);     // 0.1
  edges_at({0, 0, 0.020}, 0.45421);   // 0.5
  edges_at({0.004, 0, 0}, 0.45421);   // half of what cannot be seen
}

TEST_CASE("fitted shapes are visible from 0 to 1 of their duration", "[wave]") {
  std::vector<ShapeWave> waves = {{0.1, 0.2, 0.3, {1, 0, 0}}, {0.9, 0.3, 0.5, {0.1, 0.3, 0}}};
  fit_visible_extent(waves);
  const WaveTruth truth = measure_waves(place(waves, 5, 0.1));
  CHECK(truth.onset_s == Approx(5).margin(0.0006));
  CHECK(truth.offset_s == Approx(5.1).margin(0.0006));
}

TEST_CASE("rotation keeps lengths and turns the axis clockwise", "[wave]") {
  const Vector3 down = rotate({1, 0, 0}, {0.25, 0});
  CHECK(down.y == Approx(1));
  const Vector3 turned = rotate({0.3, -0.4, 0.5}, {0.1, -0.07});
  CHECK(dot(turned, turned) == Approx(0.5));
}

TEST_CASE("QT follows the cube root of RR", "[wave]") {
  CHECK(qt_at(0.4, 1) == Approx(0.4));
  CHECK(qt_at(0.4, 0.512) == Approx(0.32));
}
