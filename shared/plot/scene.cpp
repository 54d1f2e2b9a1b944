#include "plot/scene.h"

#include <cmath>

#include "plot/sheet.h"
#include "plot/sheet_text.h"
#include "plot/text.h"
#include "plot/trace.h"

namespace ecg {
namespace {

constexpr double kFinestMinorGridPx = 1.5;  // closer 1-mm lines would merge into a tint
constexpr double kMarkMm = 5;               // half height of separators and edge marks

SceneLine segment(LineKind kind, double x0, double y0, double x1, double y1) {
  return {kind,
          0,
          0,
          {{static_cast<float>(x0), static_cast<float>(y0)},
           {static_cast<float>(x1), static_cast<float>(y1)}}};
}

/// The ruling: every fifth line is a major one. `step` 1 draws the minor lines only, 5 the major.
void append_grid(std::vector<SceneLine>& lines, const SceneRect& paper, LineKind kind) {
  const auto wanted = [kind](int mm) { return (mm % 5 == 0) == (kind == LineKind::kMajorGrid); };
  const int across = static_cast<int>(std::lround(paper.right_mm - paper.left_mm));
  const int down = static_cast<int>(std::lround(paper.bottom_mm - paper.top_mm));
  for (int mm = 0; mm <= across; ++mm) {
    const double x = paper.left_mm + mm;
    if (wanted(mm)) lines.push_back(segment(kind, x, paper.top_mm, x, paper.bottom_mm));
  }
  for (int mm = 0; mm <= down; ++mm) {
    const double y = paper.top_mm + mm;
    if (wanted(mm)) lines.push_back(segment(kind, paper.left_mm, y, paper.right_mm, y));
  }
}

/// 1 mV x 200 ms at the left of every row; where rows are no higher than 1 mV, in the lowest row
/// only.
void append_calibration(std::vector<SceneLine>& lines, const SheetMeasures& sheet,
                        std::size_t row_count) {
  const double left = sheet.pulse_left_mm;
  const double right = left + kPulseSeconds * sheet.speed_mm_per_s;
  const double lead_in = sheet.name_gutter ? 0 : kPulseLeadMm;
  const double lead_out = sheet.name_gutter ? 1 : kPulseLeadMm;
  const bool crowded = sheet.gain_mm_per_mv >= sheet.row_height_mm;
  for (std::size_t row = crowded ? row_count - 1 : 0; row < row_count; ++row) {
    const auto zero = static_cast<float>(zero_line_mm(sheet, row));
    const auto top = static_cast<float>(zero_line_mm(sheet, row) - sheet.gain_mm_per_mv);
    const auto x = [](double mm) { return static_cast<float>(mm); };
    lines.push_back({LineKind::kCalibration,
                     0,
                     0,
                     {{x(left - lead_in), zero},
                      {x(left), zero},
                      {x(left), top},
                      {x(right), top},
                      {x(right), zero},
                      {x(right + lead_out), zero}}});
  }
}

void append_separators(std::vector<SceneLine>& lines, const std::vector<Strip>& strips) {
  for (const Strip& strip : strips) {
    if (strip.column == 0) continue;
    lines.push_back(segment(LineKind::kSeparator, strip.x_mm, strip.y_mm - kMarkMm, strip.x_mm,
                            strip.y_mm + kMarkMm));
  }
}

/// Marks an end of the recording that lies inside a strip. True if it does.
bool append_edge_mark(std::vector<SceneLine>& lines, const Strip& strip, double time_s) {
  constexpr double kClearMm = 0.5;  // an end at the strip's own edge needs no mark
  const double x = strip.x_mm_from_s(time_s);
  if (x < strip.x_mm + kClearMm || x > strip.x_mm + strip.width_mm - kClearMm) return false;
  lines.push_back(segment(LineKind::kEdgeMark, x, strip.y_mm - kMarkMm, x, strip.y_mm + kMarkMm));
  return true;
}

/// Begin and end of the recording where they lie on the sheet; the lowest end mark is explained.
void append_edge_marks(Scene& scene, double duration_s, bool with_text) {
  std::optional<SceneText> note;
  for (const Strip& strip : scene.strips) {
    if (!strip.lead) continue;
    append_edge_mark(scene.lines, strip, 0);
    if (append_edge_mark(scene.lines, strip, duration_s)) {
      note = SceneText{TextRole::kNote, TextAnchor::kStart, strip.x_mm_from_s(duration_s) + 1.5,
                       strip.y_mm + 1,  kTextSizeMm,        "end of recording"};
    }
  }
  if (note && with_text) scene.texts.push_back(std::move(*note));
}

}  // namespace

Scene build_scene(const SignalView& signal, const ViewState& state, double px_per_mm) {
  const std::vector<LayoutRow> rows = layout_rows(signal, state.layout);
  const SheetMeasures sheet = measure_sheet(state, rows);
  Scene scene;
  scene.width_mm = sheet.width_mm;
  scene.height_mm = sheet.height_mm;
  scene.paper = sheet.paper;
  scene.to_scale = is_to_scale(state);
  scene.strips = strips_of(rows, sheet);
  if (state.show_grid) {
    const bool tiny = px_per_mm > 0 && px_per_mm < kFinestMinorGridPx;
    if (!tiny) append_grid(scene.lines, sheet.paper, LineKind::kMinorGrid);
    append_grid(scene.lines, sheet.paper, LineKind::kMajorGrid);
  }
  append_separators(scene.lines, scene.strips);
  if (state.show_calibration) append_calibration(scene.lines, sheet, rows.size());
  append_edge_marks(scene, signal.duration_s(), state.show_texts);
  for (std::size_t i = 0; i < scene.strips.size(); ++i) {
    append_trace(scene.lines, signal, scene.strips[i], i, px_per_mm);
  }
  if (state.show_lead_names) append_lead_names(scene, sheet);
  if (state.show_texts) append_sheet_texts(scene, signal, state, sheet);
  return scene;
}

const Strip* strip_at(const Scene& scene, double x_mm, double y_mm) {
  for (const Strip& strip : scene.strips) {
    if (x_mm >= strip.x_mm && x_mm < strip.x_mm + strip.width_mm && y_mm >= strip.top_mm &&
        y_mm < strip.bottom_mm) {
      return &strip;
    }
  }
  return nullptr;
}

const Strip* strip_of(const Scene& scene, std::size_t lead, double time_s) {
  for (const Strip& strip : scene.strips) {
    if (strip.lead == lead && time_s >= strip.begin_s && time_s < strip.end_s) return &strip;
  }
  return nullptr;
}

ViewTransform view_transform(const Scene& scene, const ViewState& state, double width_px,
                             double height_px, double px_per_mm) {
  ViewTransform transform;
  transform.px_per_mm = px_per_mm * drawable(state).zoom;
  transform.offset_x_px =
      width_px / 2 - (scene.width_mm / 2 + state.pan_x_mm) * transform.px_per_mm;
  transform.offset_y_px =
      height_px / 2 - (scene.height_mm / 2 + state.pan_y_mm) * transform.px_per_mm;
  return transform;
}

void zoom_about(ViewState& state, const Scene& scene, double width_px, double height_px,
                double px_per_mm, double pointer_x_px, double pointer_y_px, double factor) {
  const ViewTransform before = view_transform(scene, state, width_px, height_px, px_per_mm);
  const double x_mm = before.x_mm(pointer_x_px), y_mm = before.y_mm(pointer_y_px);
  state.zoom = drawable(state).zoom * (factor > 0 ? factor : 1);
  state.zoom = drawable(state).zoom;
  const double scale = px_per_mm * state.zoom;
  state.pan_x_mm = x_mm - scene.width_mm / 2 + (width_px / 2 - pointer_x_px) / scale;
  state.pan_y_mm = y_mm - scene.height_mm / 2 + (height_px / 2 - pointer_y_px) / scale;
}

}  // namespace ecg
