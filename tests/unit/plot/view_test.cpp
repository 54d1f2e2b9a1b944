// Placing the sheet on a screen, and finding what lies under the pointer.

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "plot/sheet_text.h"
#include "unit/plot/plot_fixtures.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Approx;

TEST_CASE("at zoom 1 the sheet is centred and true", "[view]") {
  const ViewState state;
  const Scene scene = build_scene(twelve_leads(), state, 4);
  const ViewTransform transform = view_transform(scene, state, 1600, 1000, 4);
  CHECK(transform.px_per_mm == 4);
  CHECK(transform.x_px(scene.width_mm / 2) == Approx(800));
  CHECK(transform.y_px(scene.height_mm / 2) == Approx(500));
  CHECK(transform.x_mm(transform.x_px(12.5)) == Approx(12.5));
  CHECK(transform.y_mm(transform.y_px(-3)) == Approx(-3));
}

TEST_CASE("zooming keeps the point under the pointer", "[view]") {
  ViewState state;
  const Scene scene = build_scene(twelve_leads(), state, 4);
  for (const double factor : {1.25, 3.0, 0.2, 1000.0, 1e-9, 1.1}) {
    const ViewTransform before = view_transform(scene, state, 1600, 1000, 4);
    zoom_about(state, scene, 1600, 1000, 4, 300, 700, factor);
    const ViewTransform after = view_transform(scene, state, 1600, 1000, 4);
    CHECK(after.x_mm(300) == Approx(before.x_mm(300)));
    CHECK(after.y_mm(700) == Approx(before.y_mm(700)));
    CHECK(state.zoom >= 0.05);
    CHECK(state.zoom <= 64);
  }
  CHECK_FALSE(is_to_scale(state));
}

TEST_CASE("strips are found by place and by instant", "[view]") {
  const Scene scene = build_scene(twelve_leads(), {}, 4);
  for (const Strip& strip : scene.strips) {
    CHECK(strip_at(scene, strip.x_mm + 1, strip.y_mm) == &strip);
  }
  CHECK(strip_at(scene, 1, 1) == nullptr);
  REQUIRE(strip_of(scene, 6, 6.0) != nullptr);
  CHECK(strip_of(scene, 6, 6.0)->name == "V1");
  CHECK(strip_of(scene, 6, 1.0) == nullptr);  // V1 is in the third column
  CHECK_FALSE(strip_of(scene, 1, 1.0)->rhythm);
  CHECK(strip_of(scene, 1, 9.0)->rhythm);
}

TEST_CASE("shown time in words", "[view]") {
  CHECK(time_text(0, 10, 10) == "0 to 10 s of 10 s");
  CHECK(time_text(-1, 9, 10.24) == "-1 to 9 s of 10.2 s");
  CHECK(time_text(300, 310, 1805.6) == "0:05:00.0 to 0:05:10.0 of 0:30:05.6");
  CHECK(time_text(86399.96, 86410, 90000) == "24:00:00.0 to 24:00:10.0 of 25:00:00.0");
  CHECK(number_text(12.5) == "12.5");
  CHECK(number_text(25) == "25");
  CHECK(number_text(100) == "100");
  CHECK(number_text(0.0001) == "0");
}
