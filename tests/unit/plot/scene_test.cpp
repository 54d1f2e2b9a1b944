// The sheet: true scale, paper, pulse, columns that are simultaneous, texts.

#include "plot/scene.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <limits>

#include "unit/plot/plot_fixtures.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Approx;

namespace {

constexpr double kExactMm = 1e-4;

}  // namespace

TEST_CASE("1 mV is 10 mm and 1 s is 25 mm", "[scene]") {
  const Scene scene = build_scene(twelve_leads(), {}, 0);
  REQUIRE(scene.strips.size() == 13);
  for (const Strip& strip : scene.strips) {
    CHECK(strip.x_mm_from_s(strip.begin_s + 1) - strip.x_mm == Approx(25));
    CHECK(strip.y_mm - strip.y_mm_from_mv(1) == Approx(10));
    CHECK(strip.s_from_x_mm(strip.x_mm_from_s(3.21)) == Approx(3.21));
    CHECK(strip.mv_from_y_mm(strip.y_mm_from_mv(-0.7)) == Approx(-0.7));
  }
}

TEST_CASE("every sample is a point at its own place when nothing is decimated", "[scene]") {
  const Signal signal = twelve_leads();
  const Scene scene = build_scene(signal, {}, 0);
  std::vector<std::size_t> seen(12, 0);
  for (std::size_t s = 0; s < scene.strips.size(); ++s) {
    const Strip& strip = scene.strips[s];
    const auto first = static_cast<std::size_t>(std::lround(strip.begin_s * 500));
    const auto points = trace_of(scene, s);
    REQUIRE(points.size() == static_cast<std::size_t>(std::lround(strip.width_mm / 25 * 500)));
    double worst_mm = 0;
    for (std::size_t k = 0; k < points.size(); ++k) {
      const double time_s = static_cast<double>(first + k) / 500;
      const double mv = signal.lead(*strip.lead)[first + k];
      const double x_mm = 4 + 15 + time_s * 25;  // margin, pulse, then 25 mm per second
      worst_mm = std::max(worst_mm, std::fabs(points[k].x_mm - x_mm));
      worst_mm = std::max(worst_mm, std::fabs(points[k].y_mm - (strip.y_mm - 10 * mv)));
    }
    CHECK(worst_mm < kExactMm);
    if (!strip.rhythm) seen[*strip.lead] += points.size();
  }
  CHECK(std::all_of(seen.begin(), seen.end(), [](std::size_t n) { return n == 1250; }));
}

TEST_CASE("columns show the same instants in every row, above the rhythm strip", "[scene]") {
  ViewState state;
  state.start_s = 1.234;
  const Scene scene = build_scene(twelve_leads(500, 30), state, 0);
  for (const Strip& strip : scene.strips) {
    if (strip.rhythm) {
      CHECK(strip.begin_s == Approx(1.234));
      CHECK(strip.end_s == Approx(11.234));
      CHECK(strip.name == "II");
    } else {
      CHECK(strip.begin_s == Approx(1.234 + 2.5 * static_cast<double>(strip.column)));
      CHECK(strip.end_s - strip.begin_s == Approx(2.5));
    }
    CHECK(strip.x_mm == Approx(scene.strips[0].x_mm + 25 * (strip.begin_s - 1.234)));
  }
}

TEST_CASE("speed and gain change the scale and the seconds shown", "[scene]") {
  ViewState state;
  state.speed_mm_per_s = 50;
  state.gain_mm_per_mv = 5;
  const Scene scene = build_scene(twelve_leads(), state, 0);
  const Strip& rhythm = scene.strips.back();
  CHECK(rhythm.width_mm == Approx(250));
  CHECK(rhythm.end_s == Approx(5));
  CHECK(rhythm.y_mm - rhythm.y_mm_from_mv(1) == Approx(5));
  CHECK(trace_of(scene, 12).size() == 2500);
  CHECK(texts_of(scene, TextRole::kScale).at(0).find("50 mm/s   5 mm/mV") == 0);
}

TEST_CASE("the paper is ruled every millimetre, every fifth line strong", "[scene]") {
  const Scene scene = build_scene(twelve_leads(), {}, 0);
  const auto minor = lines_of(scene, LineKind::kMinorGrid);
  const auto major = lines_of(scene, LineKind::kMajorGrid);
  const double width = scene.paper.right_mm - scene.paper.left_mm;
  const double height = scene.paper.bottom_mm - scene.paper.top_mm;
  CHECK(width == Approx(270));
  CHECK(height == Approx(160));
  CHECK(major.size() == 270 / 5 + 1 + 160 / 5 + 1);
  CHECK(minor.size() == (270 - 270 / 5) + (160 - 160 / 5));
  for (const SceneLine& line : major) {
    REQUIRE(line.points.size() == 2);
    const bool vertical = line.points[0].x_mm == line.points[1].x_mm;
    const double place = vertical ? line.points[0].x_mm - scene.paper.left_mm
                                  : line.points[0].y_mm - scene.paper.top_mm;
    CHECK(std::fabs(std::remainder(place, 5)) < kExactMm);
  }
  for (const Strip& strip : scene.strips) {  // traces start on a strong crossing
    CHECK(std::fabs(std::remainder(strip.y_mm - scene.paper.top_mm, 5)) < kExactMm);
  }
  CHECK(std::fabs(std::remainder(scene.strips[0].x_mm - scene.paper.left_mm, 5)) < kExactMm);
}

TEST_CASE("a grid can be left out, and its fine lines are when they would merge", "[scene]") {
  ViewState state;
  CHECK(lines_of(build_scene(twelve_leads(), state, 1), LineKind::kMinorGrid).empty());
  CHECK(!lines_of(build_scene(twelve_leads(), state, 1), LineKind::kMajorGrid).empty());
  state.show_grid = false;
  CHECK(lines_of(build_scene(twelve_leads(), state, 0), LineKind::kMajorGrid).empty());
}

TEST_CASE("each row begins with a pulse of 1 mV and 200 ms", "[scene]") {
  for (const double speed : {12.5, 25.0, 50.0}) {
    for (const double gain : {5.0, 10.0, 20.0}) {
      ViewState state;
      state.speed_mm_per_s = speed;
      state.gain_mm_per_mv = gain;
      const Scene scene = build_scene(twelve_leads(), state, 0);
      const auto pulses = lines_of(scene, LineKind::kCalibration);
      REQUIRE(pulses.size() == 4);
      for (const SceneLine& pulse : pulses) {
        REQUIRE(pulse.points.size() == 6);
        CHECK(pulse.points[1].y_mm - pulse.points[2].y_mm == Approx(gain));
        CHECK(pulse.points[3].x_mm - pulse.points[2].x_mm == Approx(0.2 * speed));
        CHECK(pulse.points.front().x_mm > scene.paper.left_mm);
        CHECK(pulse.points.back().x_mm < scene.strips[0].x_mm);
      }
      CHECK(pulses[0].points[0].y_mm == Approx(scene.strips[0].y_mm));
    }
  }
}

TEST_CASE("low rows share one pulse, and have their names beside it", "[scene]") {
  ViewState state;
  state.layout = Layout::k12x1;
  Scene scene = build_scene(twelve_leads(), state, 0);
  CHECK(lines_of(scene, LineKind::kCalibration).size() == 12);
  const auto pulses = lines_of(scene, LineKind::kCalibration);
  CHECK(pulses[0].points[2].y_mm >= scene.paper.top_mm);
  for (const SceneText& text : scene.texts) {
    if (text.role == TextRole::kLeadName) CHECK(text.x_mm < pulses[0].points[1].x_mm - 5);
  }
  CHECK(scene.width_mm == Approx(278));
  state.gain_mm_per_mv = 20;  // taller than a row
  scene = build_scene(twelve_leads(), state, 0);
  REQUIRE(lines_of(scene, LineKind::kCalibration).size() == 1);
  CHECK(lines_of(scene, LineKind::kCalibration)[0].points[0].y_mm ==
        Approx(scene.strips.back().y_mm));
}

TEST_CASE("the sheet states scale, filter, notice, and when it is not to scale", "[scene]") {
  ViewState state;
  state.title = "00001_hr";
  state.subtitle = "56 y, female";
  state.filter_text = "0.5-40 Hz";
  Scene scene = build_scene(twelve_leads(), state, 0);
  CHECK(texts_of(scene, TextRole::kTitle) == std::vector<std::string>{"00001_hr"});
  CHECK(texts_of(scene, TextRole::kSubtitle) == std::vector<std::string>{"56 y, female"});
  CHECK(texts_of(scene, TextRole::kTime) == std::vector<std::string>{"0 to 10 s of 10 s"});
  CHECK(texts_of(scene, TextRole::kScale) ==
        std::vector<std::string>{"25 mm/s   10 mm/mV   0.5-40 Hz   mains filter off"});
  CHECK(texts_of(scene, TextRole::kNotice) ==
        std::vector<std::string>{"Education and research only. Not for diagnosis."});
  CHECK(texts_of(scene, TextRole::kWarning).empty());
  CHECK(scene.to_scale);
  state.zoom = 1.5;
  scene = build_scene(twelve_leads(), state, 0);
  CHECK(texts_of(scene, TextRole::kWarning) == std::vector<std::string>{"not to scale"});
  CHECK(!scene.to_scale);
}

TEST_CASE("what would be empty or cannot be drawn gives a sheet all the same", "[scene]") {
  CHECK(build_scene(SignalView{}, {}, 4).strips.empty());
  ViewState state;
  state.speed_mm_per_s = std::numeric_limits<double>::quiet_NaN();
  state.gain_mm_per_mv = -3;
  state.trace_width_mm = 1e12;
  state.start_s = std::numeric_limits<double>::infinity();
  const Scene scene = build_scene(twelve_leads(), state, 4);
  CHECK(scene.strips[0].speed_mm_per_s == 25);
  CHECK(scene.strips[0].gain_mm_per_mv == 10);
  CHECK(scene.paper.right_mm < 2100);
  CHECK(lines_of(scene, LineKind::kTrace).empty());
  state.start_s = std::numeric_limits<double>::quiet_NaN();
  CHECK(!lines_of(build_scene(twelve_leads(), state, 4), LineKind::kTrace).empty());
}

TEST_CASE("a recording that is shorter than the sheet ends where it ends", "[scene]") {
  const Scene scene = build_scene(twelve_leads(500, 4), {}, 0);
  CHECK(trace_of(scene, 0).size() == 1250);
  CHECK(trace_of(scene, 1).size() == 750);  // 2.5 s to 4 s
  CHECK(trace_of(scene, 2).empty());
  CHECK(trace_of(scene, 12).size() == 2000);
  const auto marks = lines_of(scene, LineKind::kEdgeMark);
  REQUIRE(marks.size() == 4);  // second column of three rows, and the rhythm strip
  for (const SceneLine& mark : marks) CHECK(mark.points[0].x_mm == Approx(4 + 15 + 100));
  CHECK(texts_of(scene, TextRole::kNote) == std::vector<std::string>{"end of recording"});
  CHECK(texts_of(scene, TextRole::kTime) == std::vector<std::string>{"0 to 4 s of 4 s"});
  CHECK(lines_of(build_scene(twelve_leads(), {}, 0), LineKind::kEdgeMark).empty());
}

TEST_CASE("time before the recording stays empty", "[scene]") {
  ViewState state;
  state.start_s = -1;
  const Scene scene = build_scene(twelve_leads(), state, 0);
  CHECK(trace_of(scene, 0).size() == 750);
  CHECK(trace_of(scene, 0).front().x_mm == Approx(4 + 15 + 25));
  CHECK(lines_of(scene, LineKind::kEdgeMark).size() == 4);
}

TEST_CASE("lead names keep clear of the traces", "[scene]") {
  Signal signal = twelve_leads();
  auto lead = signal.lead(0);
  std::fill(lead.begin(), lead.end(), 0.85F);  // runs through the usual height of the name
  const Scene scene = build_scene(signal, {}, 0);
  for (const SceneText& text : scene.texts) {
    if (text.role != TextRole::kLeadName || text.text != "I") continue;
    const double trace_mm = scene.strips[0].y_mm_from_mv(0.85);
    CHECK((text.y_mm < trace_mm || text.y_mm - text.size_mm > trace_mm - 2));
    CHECK(std::fabs(text.y_mm - 0.35 * text.size_mm - trace_mm) > 0.35 * text.size_mm);
  }
}
