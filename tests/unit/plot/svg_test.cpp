// SVG: well-formed whatever the file's strings hold, true in size, and every sample at its place.

#include "plot/svg.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <cstring>

#include "plot/text.h"
#include "unit/plot/plot_fixtures.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Approx;

namespace {

/// A strict reader of the XML subset that an SVG of ours may use: declaration, elements with quoted
/// attributes, text, the five entities and numeric references. Empty result: well-formed.
class XmlCheck {
 public:
  explicit XmlCheck(std::string_view text) : rest_(text) {}

  std::string run() {
    if (rest_.substr(0, 5) == "<?xml") skip_past("?>");
    while (error_.empty() && !rest_.empty()) {
      if (rest_[0] == '<') {
        tag();
      } else {
        characters(rest_.find('<'));
      }
    }
    if (error_.empty() && !open_.empty()) error_ = "unclosed " + open_.back();
    if (error_.empty() && elements_ == 0) error_ = "no element";
    return error_;
  }

 private:
  void skip_past(std::string_view what) {
    const auto at = rest_.find(what);
    if (at == std::string_view::npos) {
      error_ = "unterminated";
      return;
    }
    rest_.remove_prefix(at + what.size());
  }

  void tag() {
    const auto end = rest_.find('>');
    if (end == std::string_view::npos) {
      error_ = "unterminated tag";
      return;
    }
    std::string_view inside = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    if (inside.empty()) {
      error_ = "empty tag";
      return;
    }
    if (inside[0] == '/') {
      if (open_.empty() || open_.back() != inside.substr(1))
        error_ = "mismatched " + std::string(inside);
      if (!open_.empty()) open_.pop_back();
      return;
    }
    const bool closed = inside.back() == '/';
    if (closed) inside.remove_suffix(1);
    ++elements_;
    const auto name_end = inside.find(' ');
    if (!closed) open_.emplace_back(inside.substr(0, name_end));
    if (name_end != std::string_view::npos) attributes(inside.substr(name_end));
  }

  void attributes(std::string_view text) {
    while (!text.empty()) {
      const auto equals = text.find("=\"");
      if (text[0] != ' ' || equals == std::string_view::npos) {
        error_ = "bad attribute: " + std::string(text);
        return;
      }
      const auto end = text.find('"', equals + 2);
      if (end == std::string_view::npos) {
        error_ = "open quote";
        return;
      }
      content(text.substr(equals + 2, end - equals - 2));
      text.remove_prefix(end + 1);
    }
  }

  void characters(std::size_t length) {
    const auto text = rest_.substr(0, length);
    if (open_.empty() && text.find_first_not_of(" \n") != std::string_view::npos)
      error_ = "stray text";
    content(text);
    rest_.remove_prefix(text.size());
  }

  void content(std::string_view text) {
    if (clean_text(text) != text && text.find('\n') == std::string_view::npos)
      error_ = "bad character";
    if (text.find('<') != std::string_view::npos) error_ = "bare <";
    for (auto at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
      bool known = false;
      for (const std::string_view entity : {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"}) {
        known = known || text.substr(at, entity.size()) == entity;
      }
      if (!known) error_ = "bare &";
    }
  }

  std::string_view rest_;
  std::vector<std::string> open_;
  std::string error_;
  int elements_ = 0;
};

/// Reads "M<x>,<y>l<dx>,<dy> ..." back to points; the last M of the data counts.
std::vector<ScenePoint> points_of_path(const std::string& svg, const char* lead) {
  const auto at = svg.find(std::string("data-lead=\"") + lead + "\" d=\"M");
  REQUIRE(at != std::string::npos);
  const char* text = std::strstr(svg.c_str() + at, "d=\"M") + 4;
  std::vector<ScenePoint> points;
  double x = 0, y = 0;
  while (*text != '"') {
    if (*text == 'l' || *text == ' ') ++text;
    char* next = nullptr;
    x += std::strtod(text, &next);
    REQUIRE(*next == ',');
    y += std::strtod(next + 1, &next);
    points.push_back({static_cast<float>(x), static_cast<float>(y)});
    text = next;
  }
  return points;
}

}  // namespace

TEST_CASE("the XML check itself finds faults", "[svg]") {
  CHECK(XmlCheck("<a b=\"c\"><d/>x &amp; y</a>").run().empty());
  for (const char* bad : {"", "<a>", "<a></b>", "<a b=c/>", "<a>&x</a>", "<a b=\"<\"/>", "<a/>x",
                          "<a>\x01</a>", "<a>\xFF</a>", "</a>"}) {
    CAPTURE(bad);
    CHECK(!XmlCheck(bad).run().empty());
  }
}

TEST_CASE("an SVG is well-formed for every layout", "[svg]") {
  for (const Layout layout : kLayouts) {
    ViewState state;
    state.layout = layout;
    state.zoom = 2;
    CHECK(XmlCheck(svg_from_scene(build_scene(twelve_leads(), state, 4))).run() == "");
  }
  CHECK(XmlCheck(svg_from_scene(build_scene(SignalView{}, {}, 4))).run() == "");
  CHECK(XmlCheck(svg_from_scene(Scene{})).run() == "");
}

TEST_CASE("hostile strings cannot leave their element", "[svg]") {
  ViewState state;
  state.title = "</text><script>alert(1)</script>";
  state.subtitle = "\" onload=\"alert(1) & ' \x01\x02 \xC0\xAF \xED\xA0\x80 \xEF\xBF\xBF";
  state.filter_text = "]]>&<!--";
  const Signal signal({label_from_name("\"><script>"), label_from_name("V1\" x=\"")}, 100, 100);
  const std::string svg = svg_from_scene(build_scene(signal, state, 4));
  CHECK(XmlCheck(svg).run() == "");
  CHECK(svg.find("<script") == std::string::npos);
  CHECK(svg.find("\" onload") == std::string::npos);
  CHECK(svg.find("<!--") == std::string::npos);
  CHECK(svg.find("&lt;/text&gt;&lt;script&gt;") != std::string::npos);
  Scene by_hand;  // a scene that did not pass build_scene()
  by_hand.texts.push_back({TextRole::kNote, TextAnchor::kEnd, 1, 2, 3, "a\x01<b>&\xFF"});
  CHECK(XmlCheck(svg_from_scene(by_hand)).run() == "");
}

TEST_CASE("an SVG has the physical size of the sheet", "[svg]") {
  const std::string svg = svg_from_scene(build_scene(twelve_leads(), {}, 0));
  CHECK(svg.find("width=\"278mm\" height=\"185mm\" viewBox=\"0 0 278 185\"") != std::string::npos);
  CHECK(svg.find("stroke:#F4D3CC") != std::string::npos);
  CHECK(svg.find("stroke:#E3A59B") != std::string::npos);
  CHECK(svg.find("stroke:#17202A;stroke-width:.3") != std::string::npos);
  CHECK(svg.find("fill=\"#FFFBF8\"") != std::string::npos);
  CHECK(svg.find("font-family:Inter,Helvetica,Arial,sans-serif") != std::string::npos);
}

TEST_CASE("an SVG holds every sample to a thousandth of a millimetre", "[svg]") {
  const Signal signal = twelve_leads();
  const Scene scene = build_scene(signal, {}, 0);
  const auto points = points_of_path(svg_from_scene(scene), "aVF");
  const auto expected = trace_of(scene, 9);
  REQUIRE(scene.strips[9].name == "aVF");
  REQUIRE(points.size() == expected.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    CHECK(std::fabs(points[i].x_mm - expected[i].x_mm) < 6e-4);
    CHECK(std::fabs(points[i].y_mm - expected[i].y_mm) < 6e-4);
  }
}

TEST_CASE("an SVG of a 10-s record is compact", "[svg]") {
  CHECK(svg_from_scene(build_scene(twelve_leads(), {}, 0)).size() < 300'000);
}

TEST_CASE("texts of files become one line of clean UTF-8", "[svg]") {
  CHECK(clean_text("Ärzte 50 µV 心電図") == "Ärzte 50 µV 心電図");
  CHECK(clean_text("a\tb\r\nc") == "a b  c");
  CHECK(clean_text("\xC0\xAF") == "\xEF\xBF\xBD\xEF\xBF\xBD");              // overlong
  CHECK(clean_text("\xF0\x9F\x92\x93") == "\xF0\x9F\x92\x93");              // four bytes
  CHECK(clean_text("\xE2\x82") == "\xEF\xBF\xBD\xEF\xBF\xBD");              // cut off
  CHECK(clean_text("\xF4\x90\x80\x80").find("\xF4") == std::string::npos);  // beyond Unicode
  CHECK(fit_text("short", 100, 3) == "short");
  const std::string cut = fit_text(std::string(1000, 'x'), 50, 3);
  CHECK(cut.size() < 40);
  CHECK(cut.substr(cut.size() - 3) == "...");
  CHECK(fit_text("心電図心電図心電図心電図", 12, 3).find("\xEF\xBF\xBD") == std::string::npos);
}
