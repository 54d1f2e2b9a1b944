// Which lead goes where, for twelve leads, fewer, more, and missing ones.

#include "plot/layout.h"

#include <catch2/catch_test_macros.hpp>

#include "unit/plot/plot_fixtures.h"

using namespace ecg;
using namespace ecg::test;

namespace {

/// "I aVR V1 V4 / II ...", "(V3)" for what is not recorded, "_" for blanks, "*" before rhythm rows.
std::string summary(const std::vector<LayoutRow>& rows) {
  std::string text;
  for (const LayoutRow& row : rows) {
    if (!text.empty()) text += " / ";
    if (row.rhythm) text += "*";
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const LayoutCell& cell = row.cells[i];
      if (i > 0) text += " ";
      text += cell.blank ? "_" : cell.lead ? cell.name : "(" + cell.name + ")";
    }
  }
  return text;
}

Signal leads_named(const std::vector<std::string>& names) {
  std::vector<LeadLabel> labels;
  for (const auto& name : names) labels.push_back(label_from_name(name));
  return Signal(labels, 100, 100);
}

std::string layout_of(const Signal& signal, Layout layout) {
  return summary(layout_rows(signal, layout));
}

}  // namespace

TEST_CASE("layouts of twelve leads", "[layout]") {
  const Signal signal = twelve_leads(100, 1);
  const std::string by_four = "I aVR V1 V4 / II aVL V2 V5 / III aVF V3 V6";
  CHECK(layout_of(signal, Layout::k3x4Plus1) == by_four + " / *II");
  CHECK(layout_of(signal, Layout::k3x4Plus3) == by_four + " / *II / *V1 / *V5");
  CHECK(layout_of(signal, Layout::k6x2) == "I V1 / II V2 / III V3 / aVR V4 / aVL V5 / aVF V6");
  CHECK(layout_of(signal, Layout::k12x1) ==
        "I / II / III / aVR / aVL / aVF / V1 / V2 / V3 / V4 / V5 / V6");
  CHECK(layout_of(signal, Layout::kCabrera) == "aVL V1 / I V2 / -aVR V3 / II V4 / aVF V5 / III V6");
}

TEST_CASE("a layout shows the row of the lead it names", "[layout]") {
  const Signal signal =
      leads_named({"V6", "V5", "V4", "V3", "V2", "V1", "AVF", "avl", "aVR", "III", "II", "I"});
  for (const Layout layout : kLayouts) {
    for (const LayoutRow& row : layout_rows(signal, layout)) {
      for (const LayoutCell& cell : row.cells) {
        REQUIRE(cell.lead.has_value());
        const auto label = signal.leads()[*cell.lead];
        CHECK((cell.inverted ? "-" : "") + std::string(display_name(label)) == cell.name);
      }
    }
  }
}

TEST_CASE("a missing lead keeps its empty, labelled place", "[layout]") {
  const Signal signal =
      leads_named({"I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V4", "V5", "V6"});
  CHECK(layout_of(signal, Layout::k3x4Plus1) ==
        "I aVR V1 V4 / II aVL V2 V5 / III aVF (V3) V6 / *II");
  const Scene scene = build_scene(signal, {}, 0);
  CHECK(texts_of(scene, TextRole::kMissing) == std::vector<std::string>{"V3 not recorded"});
  CHECK(texts_of(scene, TextRole::kLeadName).size() == 13);
  for (std::size_t s = 0; s < scene.strips.size(); ++s) {
    CHECK(trace_of(scene, s).empty() ==
          (scene.strips[s].name == "V3" || scene.strips[s].column > 0));
  }
}

TEST_CASE("without lead II another lead takes the rhythm strip", "[layout]") {
  const Signal signal = leads_named({"I", "V1", "V2", "V3", "V4", "V5", "V6"});
  CHECK(layout_of(signal, Layout::k3x4Plus1) ==
        "I (aVR) V1 V4 / (II) (aVL) V2 V5 / (III) (aVF) V3 V6 / *V1");
}

TEST_CASE("leads beyond the twelve, and repeated ones, get rows of their own", "[layout]") {
  auto names = std::vector<std::string>{"I",  "II", "III", "aVR", "aVL", "aVF", "V1", "V2",
                                        "V3", "V4", "V5",  "V6",  "vx",  "vy",  "vz"};
  CHECK(layout_of(leads_named(names), Layout::k3x4Plus1) ==
        "I aVR V1 V4 / II aVL V2 V5 / III aVF V3 V6 / vx vy vz _ / *II");
  names = {"I", "II", "III", "aVR", "aVL", "aVF", "II", "V7"};
  CHECK(layout_of(leads_named(names), Layout::k6x2) ==
        "I (V1) / II (V2) / III (V3) / aVR (V4) / aVL (V5) / aVF (V6) / II V7");
}

TEST_CASE("recordings of few leads have one row per lead, in the file's order", "[layout]") {
  CHECK(layout_of(leads_named({"MLII", "V5"}), Layout::k3x4Plus1) == "MLII / V5");
  CHECK(layout_of(leads_named({"V1"}), Layout::kCabrera) == "V1");
  const Signal holter = leads_named({"ECG1", "ECG2", "ECG3"});
  const Scene scene = build_scene(holter, {}, 0);
  REQUIRE(scene.strips.size() == 3);
  for (const Strip& strip : scene.strips) {
    CHECK(strip.width_mm == 250);
    CHECK(strip.bottom_mm - strip.top_mm == 40);
  }
}

TEST_CASE("-aVR is shown upside down", "[layout]") {
  Signal signal = twelve_leads();
  ViewState state;
  state.layout = Layout::kCabrera;
  const Scene scene = build_scene(signal, state, 0);
  for (std::size_t s = 0; s < scene.strips.size(); ++s) {
    const Strip& strip = scene.strips[s];
    const bool inverted = strip.name == "-aVR";
    CHECK(strip.y_mm_from_mv(1) - strip.y_mm == (inverted ? 10 : -10));
    CHECK(strip.mv_from_y_mm(strip.y_mm - 5) == (inverted ? -0.5 : 0.5));
  }
}

TEST_CASE("names of files are cleaned and shortened before they are printed", "[layout]") {
  const Signal signal = leads_named({std::string(100000, 'x'), "a\nb", "bad\xFF"});
  const auto rows = layout_rows(signal, Layout::k3x4Plus1);
  CHECK(rows[0].cells[0].name.size() < 30);
  CHECK(rows[1].cells[0].name == "a b");
  CHECK(rows[2].cells[0].name == "bad\xEF\xBF\xBD");
}

TEST_CASE("layout names are read back", "[layout]") {
  for (const Layout layout : kLayouts) CHECK(layout_from_name(layout_name(layout)) == layout);
  CHECK(layout_from_name("3x4+1") == Layout::k3x4Plus1);
  CHECK_FALSE(layout_from_name("3x5").has_value());
}
