#include "synth/anatomy.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace ecg;
using Catch::Approx;

TEST_CASE("a person is the same every time and differs from the next", "[anatomy]") {
  const Anatomy a = draw_anatomy(5, 17);
  const Anatomy b = draw_anatomy(5, 17);
  const Anatomy other = draw_anatomy(5, 18);
  CHECK(a.shape.qrs[1].mv.x == b.shape.qrs[1].mv.x);
  CHECK(a.field[4].z == b.field[4].z);
  CHECK(a.shape.qrs[1].mv.x != other.shape.qrs[1].mv.x);
  CHECK(a.who.age_years == b.who.age_years);
}

TEST_CASE("everybody's intervals are normal and are what the waves show", "[anatomy]") {
  for (std::uint64_t patient = 0; patient < 300; ++patient) {
    const Anatomy person = draw_anatomy(2, patient);
    const BeatShape& shape = person.shape;
    INFO("patient " << patient);
    REQUIRE(person.who.age_years >= 18);
    REQUIRE((shape.pr_s > 0.12 && shape.pr_s < 0.2));
    REQUIRE((shape.qrs_s > 0.07 && shape.qrs_s < 0.11));
    REQUIRE((shape.qtc_s > 0.36 && shape.qtc_s < 0.45));
    const WaveTruth qrs = measure_waves(place(shape.qrs, 0, shape.qrs_s));
    REQUIRE(qrs.onset_s == Approx(0).margin(0.0011));
    REQUIRE(qrs.offset_s == Approx(shape.qrs_s).margin(0.0011));
    const WaveTruth t = measure_waves(place(shape.t, 0, shape.qtc_s));
    REQUIRE(t.offset_s == Approx(shape.qtc_s).margin(0.0011));
    REQUIRE(t.onset_s > shape.qrs_s * 0.8);
  }
}

TEST_CASE("bounded draws stay within their bounds", "[anatomy]") {
  RandomStream random({.seed = 3});
  for (int i = 0; i < 10000; ++i) {
    const double value = bounded_normal(random, 1, 2, 0.5, 1.2);
    REQUIRE((value >= 0.5 && value <= 1.2));
    REQUIRE(spread_factor(random, 0.3) < 2.2);
  }
}
