// Frames without a GPU: idling, keys, pointer, requests, what is rebuilt and what is not.

#include "viewer/viewer.h"

#include <imgui_internal.h>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>

#include "headless_viewer.h"
#include "viewer/areas.h"
#include "viewer/json.h"
#include "viewer/state_json.h"
#include "viewer/theme.h"
#include "viewer/widgets.h"

using namespace ecg;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using test::HeadlessViewer;

namespace {

bool has(const std::vector<RequestKind>& kinds, RequestKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

void open_sine(HeadlessViewer& headless, double duration_s) {
  Workspace& workspace = headless.workspace();
  workspace.open = OpenRecording{test::sine_recording(duration_s), {}, false};
  workspace.filtered = apply_display_filter(workspace.open->recording.signal, DisplayFilter::kNone);
  workspace.encoder.set_recording(&workspace.open->recording);
  ++workspace.trace_generation;
  headless.viewer().wake();
  headless.settle();
}

}  // namespace

TEST_CASE("an idle viewer wants no frames, an event a few") {
  HeadlessViewer headless;
  CHECK(headless.settle() <= 3);
  CHECK(headless.viewer().frames_wanted() == 0);
  CHECK(headless.frame() == 0);  // a frame without an event does not ask for another
  headless.viewer().pointer(PointerType::kMouse, 5, 5, -1, false);
  CHECK(headless.viewer().frames_wanted() >= 2);
  CHECK(headless.settle() <= 3);
  headless.viewer().resize(1280, 800, 1);  // nothing new
  CHECK(headless.viewer().frames_wanted() == 0);
  headless.viewer().resize(1280, 800, 2);
  CHECK(headless.viewer().frames_wanted() > 0);
}

TEST_CASE("the scene is built again only when something changed") {
  HeadlessViewer headless;
  REQUIRE(open_example(headless.workspace(), 1));
  headless.settle();
  const std::int64_t builds = headless.viewer().paper().builds;
  for (int i = 0; i < 10; ++i) headless.move(300 + i, 300);
  CHECK(headless.viewer().paper().builds == builds);
  REQUIRE(headless.viewer().action("gain_up"));
  headless.settle();
  CHECK(headless.viewer().paper().builds > builds);
}

TEST_CASE("keys run actions; modified and unknown keys stay the browser's") {
  HeadlessViewer headless;
  REQUIRE(open_example(headless.workspace(), 1));
  headless.settle();
  CHECK(headless.viewer().key("L", 2, true));
  CHECK(headless.workspace().view.layout == Layout::k3x4Plus3);
  CHECK(headless.viewer().key("]", 0, true));
  CHECK(headless.workspace().view.gain_mm_per_mv == 20);
  CHECK(headless.viewer().key("?", 2, true));
  CHECK(headless.workspace().help_open);
  headless.settle();
  CHECK(headless.viewer().key("Escape", 0, true));
  CHECK_FALSE(headless.workspace().help_open);
  CHECK_FALSE(headless.viewer().key("l", 1, true));
  CHECK_FALSE(headless.viewer().key("r", 8, true));
  CHECK_FALSE(headless.viewer().key("Tab", 0, true));
  CHECK_FALSE(headless.viewer().key("F5", 0, true));
  CHECK_FALSE(headless.viewer().key("", 0, true));
  headless.request_kinds();
  CHECK(headless.viewer().key("o", 0, true));
  CHECK(has(headless.request_kinds(), RequestKind::kOpenDialog));
  CHECK(headless.viewer().key("o", 0, false));  // release: used, but not run again
  CHECK_FALSE(has(headless.request_kinds(), RequestKind::kOpenDialog));
}

TEST_CASE("the Open and Example buttons ask the host") {
  HeadlessViewer headless;
  headless.settle();
  headless.request_kinds();
  headless.click(135, 24);
  CHECK(has(headless.request_kinds(), RequestKind::kOpenDialog));
  headless.click(213, 24);
  CHECK(has(headless.request_kinds(), RequestKind::kOpenExample));
}

TEST_CASE("the mode can be chosen with the pointer") {
  HeadlessViewer headless;
  REQUIRE(open_example(headless.workspace(), 1));
  headless.settle();
  headless.click(382, 24);
  CHECK(headless.workspace().mode == Mode::kEncode);
  headless.click(307, 24);
  CHECK(headless.workspace().mode == Mode::kRead);
}

TEST_CASE("dragging the sheet moves time by the paper's speed") {
  HeadlessViewer headless;
  open_sine(headless, 60);
  const ImVec2 middle = headless.paper_middle();
  headless.press(middle.x, middle.y);
  headless.move(middle.x - 100, middle.y);
  headless.release(middle.x - 100, middle.y);
  const double px_per_mm = headless.viewer().paper().to_px.px_per_mm;
  CHECK_THAT(headless.workspace().view.start_s, WithinRel(100 / (px_per_mm * 25), 0.02));
}

TEST_CASE("the wheel zooms about the pointer, and a double click goes to true scale and back") {
  HeadlessViewer headless;
  REQUIRE(open_example(headless.workspace(), 1));
  headless.settle();
  const double fitted = headless.workspace().view.zoom;
  const double x = headless.paper_middle().x + 120;
  const double y = headless.paper_middle().y + 40;
  headless.move(x, y);
  const double under_x = headless.viewer().paper().to_px.x_mm(x);
  headless.viewer().wheel(0, 4);
  headless.settle();
  CHECK(headless.workspace().view.zoom > fitted * 1.5);
  CHECK_FALSE(headless.workspace().fit);
  CHECK_THAT(headless.viewer().paper().to_px.x_mm(x), WithinAbs(under_x, 0.5));
  REQUIRE(headless.viewer().action("zoom_reset"));
  headless.settle();
  CHECK(headless.workspace().view.zoom == fitted);
  headless.click(x, y);
  headless.click(x, y);
  CHECK(headless.workspace().view.zoom == 1);
  CHECK(Json::parse(state_json(headless.workspace(), 0), nullptr, false)["view"]["to_scale"] ==
        true);
}

TEST_CASE("zoom stays within its limits however hard one tries") {
  HeadlessViewer headless;
  REQUIRE(open_example(headless.workspace(), 1));
  headless.settle();
  for (int i = 0; i < 100; ++i) headless.viewer().pinch(400, 300, 3);
  CHECK(headless.workspace().view.zoom <= kHighestZoom * (1 + 1e-9));
  headless.settle();
  for (int i = 0; i < 100; ++i) headless.viewer().pinch(400, 300, 0.01);
  CHECK(headless.workspace().view.zoom >= kLowestZoom * (1 - 1e-9));
  headless.viewer().pinch(400, 300, -1);
  headless.viewer().pinch(400, 300, 0);
  headless.viewer().pinch(400, 300, NAN);
  CHECK(headless.workspace().view.zoom >= kLowestZoom * (1 - 1e-9));
}

TEST_CASE("Encode asks for a model once, then for a run when ready") {
  HeadlessViewer headless;
  REQUIRE(open_example(headless.workspace(), 1));
  headless.settle();
  headless.request_kinds();
  REQUIRE(headless.viewer().action("mode_encode"));
  headless.settle();
  CHECK(has(headless.request_kinds(), RequestKind::kLoadModel));
  headless.viewer().wake();
  headless.settle();
  CHECK_FALSE(has(headless.request_kinds(), RequestKind::kLoadModel));
  Encoder& encoder = headless.workspace().encoder;
  REQUIRE(encoder.set_model(test::demo_model_json()));
  headless.settle();
  CHECK_FALSE(has(headless.request_kinds(), RequestKind::kRunEncoder));
  encoder.set_status(EncoderStatus::kReady, "");
  headless.settle();
  CHECK(has(headless.request_kinds(), RequestKind::kRunEncoder));
  headless.settle();
  CHECK_FALSE(has(headless.request_kinds(), RequestKind::kRunEncoder));
  const std::vector<float> answer(12000, 0.0f);
  REQUIRE(encoder.set_reconstruction(encoder.generation(), answer, 3));
  REQUIRE(headless.viewer().action("set_mask_ratio:0.3"));
  headless.settle();
  CHECK(has(headless.request_kinds(), RequestKind::kRunEncoder));
}

TEST_CASE("in Encode the pointer finds the token under it") {
  HeadlessViewer headless;
  REQUIRE(open_example(headless.workspace(), 1));
  Encoder& encoder = headless.workspace().encoder;
  REQUIRE(encoder.set_model(test::demo_model_json()));
  encoder.set_status(EncoderStatus::kReady, "");
  REQUIRE(headless.viewer().action("mode_encode"));
  headless.settle();
  const PaperState& paper = headless.viewer().paper();
  const auto v3 = shown_signal(headless.workspace()).find(Lead::kV3);
  REQUIRE(v3);
  const Strip* strip = strip_of(paper.scene, *v3, 6.2);
  REQUIRE(strip != nullptr);
  const ImVec2 at = {static_cast<float>(paper.to_px.x_px(strip->x_mm_from_s(6.2))),
                     static_cast<float>(paper.to_px.y_px((strip->top_mm + strip->bottom_mm) / 2))};
  const float next = static_cast<float>(paper.to_px.x_px(strip->x_mm_from_s(6.7)));
  const auto token = token_at(headless.workspace(), paper, at);
  REQUIRE(token);
  CHECK(encoder.tokens().lead_of(*token) == 8);     // V3
  CHECK(encoder.tokens().column_of(*token) == 12);  // 6.0 to 6.5 s
  CHECK(token_sentence(headless.workspace(), *token).find("V3, 6.00\u20136.50 s") == 0);
  CHECK_FALSE(token_at(headless.workspace(), paper, {0, 0}));

  const auto hidden = [&](std::size_t which) { return encoder.mask()[which] != 0; };
  const bool before = hidden(*token);
  headless.viewer().pointer(PointerType::kMouse, at.x, at.y, -1, false);
  headless.settle();
  headless.viewer().pointer(PointerType::kMouse, at.x, at.y, 0, true);
  headless.settle();
  headless.viewer().pointer(PointerType::kMouse, at.x, at.y, 0, false);
  headless.settle();
  CHECK(hidden(*token) != before);
  CHECK(hidden_count(encoder.mask()) > 0);

  const double start_s = headless.workspace().view.start_s;
  encoder.hide_token(*token, true);
  encoder.hide_token(*token + 1, true);
  headless.viewer().pointer(PointerType::kMouse, next, at.y, 0, true);
  headless.settle();
  headless.viewer().pointer(PointerType::kMouse, at.x, at.y, -1, false);
  headless.settle();
  headless.viewer().pointer(PointerType::kMouse, at.x, at.y, 0, false);
  headless.settle();
  CHECK_FALSE(hidden(*token));
  CHECK_FALSE(hidden(*token + 1));
  CHECK(headless.workspace().view.start_s == start_s);  // painting moves nothing
}

TEST_CASE("vertices stay bounded for a long recording at a high rate") {
  HeadlessViewer headless;
  headless.viewer().resize(1920, 1080, 2);
  open_sine(headless, 3600);
  REQUIRE(headless.viewer().action("set_layout:12x1"));
  REQUIRE(headless.viewer().action("set_speed:1"));
  headless.settle();
  CHECK(headless.vertex_count() > 10000);
  CHECK(headless.vertex_count() < 1000000);
}

TEST_CASE("every mode and layout draws at every size, also absurd ones") {
  HeadlessViewer headless;
  REQUIRE(open_example(headless.workspace(), 1));
  Encoder& encoder = headless.workspace().encoder;
  REQUIRE(encoder.set_model(test::demo_model_json()));
  encoder.set_status(EncoderStatus::kReady, "");
  const int sizes[][2] = {{1, 1}, {120, 90}, {390, 844}, {899, 600}, {900, 600}, {3840, 2160}};
  for (const auto& size : sizes) {
    for (const char* mode : {"mode_read", "mode_encode", "help", "panel", "help", "layout"}) {
      INFO(size[0] << "x" << size[1] << " " << mode);
      headless.viewer().resize(size[0], size[1], 1.5);
      REQUIRE(headless.viewer().action(mode));
      headless.settle();
      CHECK(headless.viewer().frames_wanted() == 0);
    }
  }
}

TEST_CASE("hostile strings are drawn as text") {
  HeadlessViewer headless;
  open_sine(headless, 10);
  Recording& recording = headless.workspace().open->recording;
  recording.info.record_name = "%s%n%d##x###y\xff\xfe\n" + std::string(5000, 'W');
  recording.info.patient_id = std::string("a\0b%s", 5);
  recording.info.comments.assign(1000, "%n %s \xf0\x9f");
  recording.warnings.assign(50, std::string(2000, '%'));
  headless.workspace().message = "%s%s%s";
  headless.viewer().wake();
  headless.settle();
  CHECK(headless.vertex_count() > 0);
}

TEST_CASE("a finger scrolls the panel by dragging it, and controls grow") {
  HeadlessViewer headless;
  headless.viewer().resize(390, 844, 2);
  open_sine(headless, 10);
  headless.workspace().open->recording.info.comments.assign(12, "a line of comment");
  Viewer& viewer = headless.viewer();
  viewer.pointer(PointerType::kTouch, 200, 800, 0, true);
  headless.settle();
  CHECK(widgets::control_px() == theme::kTouchControlPx);
  viewer.pointer(PointerType::kTouch, 200, 700, -1, false);
  headless.settle();
  viewer.pointer(PointerType::kTouch, 200, 640, -1, false);
  headless.settle();
  const ImGuiWindow* panel = nullptr;
  for (const ImGuiWindow* window : ImGui::GetCurrentContext()->Windows) {
    if (std::string_view(window->Name).find("read_panel") != std::string_view::npos) panel = window;
  }
  REQUIRE(panel != nullptr);
  CHECK(panel->Scroll.y > 50);
  viewer.pointer(PointerType::kTouch, 200, 640, 0, false);
  viewer.pointer(PointerType::kMouse, 200, 640, -1, false);
  headless.settle();
  CHECK(widgets::control_px() == theme::kControlPx);
}

TEST_CASE("an answer is told to screen readers in one sentence") {
  HeadlessViewer headless;
  REQUIRE(open_example(headless.workspace(), 1));
  Encoder& encoder = headless.workspace().encoder;
  REQUIRE(encoder.set_model(test::demo_model_json()));
  REQUIRE(encoder.prepare());
  encoder.note_requested();
  headless.workspace().requests.take();
  const std::vector<float> answer(12000, 0.0f);
  CHECK_FALSE(take_reconstruction(headless.workspace(), encoder.generation() - 1, answer, 1));
  CHECK(headless.workspace().requests.take().empty());
  REQUIRE(take_reconstruction(headless.workspace(), encoder.generation(), answer, 1));
  const auto requests = headless.workspace().requests.take();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].kind == RequestKind::kAnnounce);
  CHECK(requests[0].text.find("of 240 tokens hidden, mean error 0.") != std::string::npos);
}

TEST_CASE("areas fill the window without overlap, and the panel folds down on narrow screens") {
  const Areas wide = arrange({1280, 800, 48, true, true});
  CHECK_FALSE(wide.narrow);
  CHECK(wide.panel.width() == theme::kPanelPx);
  CHECK(wide.paper.right == wide.panel.left);
  CHECK(wide.overview.top == wide.paper.bottom);
  CHECK(wide.status.top == wide.overview.bottom);
  CHECK(wide.status.bottom == 800);
  const Areas narrow = arrange({899, 900, 48, true, true});
  CHECK(narrow.narrow);
  CHECK(narrow.panel.width() == 899);
  CHECK(narrow.panel.bottom == narrow.status.top);
  CHECK(narrow.overview.bottom == narrow.panel.top);
  const Areas empty = arrange({1280, 800, 48, true, false});
  CHECK(empty.panel.width() == 0);
  CHECK(empty.overview.height() == 0);
}

TEST_CASE("lines snap to device pixels") {
  CHECK(snap(10.3f, 1) == 10.0f);
  CHECK(snap(10.3f, 2) == 10.5f);
  CHECK(snap(10.3f, 4) == 10.25f);
}

TEST_CASE("errors have one hue, from pale to deep, whatever the numbers") {
  CHECK(error_colour(0, 1) != error_colour(1, 1));
  CHECK(error_colour(5, 1) == error_colour(1, 1));
  CHECK(error_colour(0.5, 0) == error_colour(0, 1));
}
