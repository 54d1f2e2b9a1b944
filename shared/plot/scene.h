#pragma once
// Scene: an ECG sheet as plain lines and texts in millimetres of paper, and the mapping between
// paper and signal. Every back-end (SVG, PNG, PDF, screen) draws the same Scene.
//
// Coordinates: origin at the sheet's top left corner, x to the right, y DOWN, in mm of paper.
// 1 mV is gain_mm_per_mv tall and 1 s is speed_mm_per_s wide. Traces keep their full amplitude and
// may run into neighbouring rows, as on paper; back-ends clip them at `paper`.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/signal.h"
#include "plot/view_state.h"

namespace ecg {

/// Point of the sheet, mm.
struct ScenePoint {
  float x_mm = 0;
  float y_mm = 0;

  bool operator==(const ScenePoint&) const = default;
};

/// Rectangle of the sheet, mm.
struct SceneRect {
  double left_mm = 0, top_mm = 0, right_mm = 0, bottom_mm = 0;

  bool operator==(const SceneRect&) const = default;
};

enum class LineKind : std::uint8_t {
  kMinorGrid,    ///< 1-mm lines
  kMajorGrid,    ///< 5-mm lines
  kSeparator,    ///< boundary between two columns
  kEdgeMark,     ///< where the recording begins or ends inside the sheet
  kCalibration,  ///< 1 mV x 200 ms pulse at the left of a row
  kTrace,        ///< samples
};

/// One polyline. A trace of a single point is an isolated sample: draw a dot.
struct SceneLine {
  LineKind kind = LineKind::kTrace;
  std::size_t lead = 0;   ///< row of the signal (traces only)
  std::size_t strip = 0;  ///< index into Scene::strips (traces only)
  std::vector<ScenePoint> points;
};

enum class TextRole : std::uint8_t {
  kTitle,     ///< heads the sheet
  kSubtitle,  ///< second line
  kTime,      ///< which part of the recording is shown
  kLeadName,
  kMissing,  ///< "V3 not recorded"
  kScale,    ///< speed, gain, filter
  kWarning,  ///< "not to scale"
  kNotice,   ///< education and research
  kNote,     ///< small mark such as "end of recording"
};

enum class TextAnchor : std::uint8_t { kStart, kMiddle, kEnd };

/// One line of text; (x, y) is the anchor on the baseline.
struct SceneText {
  TextRole role = TextRole::kScale;
  TextAnchor anchor = TextAnchor::kStart;
  double x_mm = 0;
  double y_mm = 0;
  double size_mm = 0;  ///< font size (em) in mm
  std::string text;    ///< UTF-8; may hold any character of a file: escape it
};

/// A stretch of one lead on the sheet, and the mapping between paper and signal there.
/// The mappings hold beyond the strip's edges too.
struct Strip {
  std::optional<std::size_t> lead;  ///< row of the signal; nullopt: not recorded, strip is empty
  std::string name;                 ///< as printed: "V3", "-aVR", "MLII"
  double begin_s = 0;               ///< first instant, from the recording's begin
  double end_s = 0;                 ///< the strip shows begin_s <= t < end_s
  double x_mm = 0;                  ///< left edge: x of begin_s
  double y_mm = 0;                  ///< y of 0 mV
  double width_mm = 0;
  double top_mm = 0;  ///< row band; traces may leave it
  double bottom_mm = 0;
  double speed_mm_per_s = 25;
  double gain_mm_per_mv = 10;  ///< negative where the lead is shown inverted (-aVR)
  std::size_t row = 0;         ///< of the sheet
  std::size_t column = 0;      ///< of the row
  bool rhythm = false;         ///< spans the whole width below the columns

  double x_mm_from_s(double time_s) const { return x_mm + (time_s - begin_s) * speed_mm_per_s; }
  double y_mm_from_mv(double mv) const { return y_mm - mv * gain_mm_per_mv; }
  double s_from_x_mm(double x) const { return begin_s + (x - x_mm) / speed_mm_per_s; }
  double mv_from_y_mm(double y) const { return (y_mm - y) / gain_mm_per_mv; }
};

/// A finished sheet.
struct Scene {
  double width_mm = 0;
  double height_mm = 0;
  SceneRect paper;  ///< the ruled area; traces are clipped here
  bool to_scale = true;
  std::vector<SceneLine> lines;  ///< in drawing order: grid, marks, traces
  std::vector<SceneText> texts;
  std::vector<Strip> strips;  ///< row after row, left to right
};

/// Builds the sheet for the part of `signal` that `state` shows.
///
/// `px_per_mm`: device pixels per mm of paper at which the scene will be drawn, zoom included.
/// Where a lead has at least four samples per pixel, each pixel column keeps its first, lowest,
/// highest and last sample; the others are dropped. Otherwise, or if px_per_mm <= 0, every sample
/// is a point. All points are samples at their own place; columns are counted from the recording's
/// begin, so that a scrolled trace does not shimmer.
///
/// Missing (non-finite) samples interrupt the line. Leads that the layout names and the signal
/// lacks leave an empty strip with a text. Nothing is repeated, padded or autoscaled. Never fails:
/// an empty signal gives an empty sheet. Cost: proportional to the samples shown.
Scene build_scene(const SignalView& signal, const ViewState& state, double px_per_mm);

/// The strip whose band holds the point (x within its width, y within top and bottom), if any.
const Strip* strip_at(const Scene& scene, double x_mm, double y_mm);

/// The strip that shows `lead` (row of the signal) at `time_s`, columns before rhythm strips.
const Strip* strip_of(const Scene& scene, std::size_t lead, double time_s);

/// Paper to screen: px = mm * px_per_mm + offset.
struct ViewTransform {
  double px_per_mm = 1;
  double offset_x_px = 0;
  double offset_y_px = 0;

  double x_px(double x_mm) const { return x_mm * px_per_mm + offset_x_px; }
  double y_px(double y_mm) const { return y_mm * px_per_mm + offset_y_px; }
  double x_mm(double x_px) const { return (x_px - offset_x_px) / px_per_mm; }
  double y_mm(double y_px) const { return (y_px - offset_y_px) / px_per_mm; }
};

/// Places the sheet in an area of width_px x height_px, where one mm at zoom 1 is `px_per_mm`
/// pixels: its centre, moved by pan, in the middle. The scene's own px_per_mm is the product with
/// zoom (what the returned transform holds).
ViewTransform view_transform(const Scene& scene, const ViewState& state, double width_px,
                             double height_px, double px_per_mm);

/// Changes zoom by `factor` (limits 0.05 to 64) so that the sheet's point under the pointer stays.
/// Pointer and area are those of view_transform(), px from the area's top left corner.
void zoom_about(ViewState& state, const Scene& scene, double width_px, double height_px,
                double px_per_mm, double pointer_x_px, double pointer_y_px, double factor);

}  // namespace ecg
