#include "plot/sheet_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <limits>

#include "plot/text.h"

namespace ecg {
namespace {

constexpr const char* kNotice = "Education and research only. Not for diagnosis.";
constexpr double kNameGapMm = 1;  // from the strip's left edge

std::string clock_text(double time_s) {
  const double tenths = std::round(std::fabs(time_s) * 10);
  const double minutes = std::floor(tenths / 600);
  const double hours = std::floor(minutes / 60);
  char text[64];
  std::snprintf(text, sizeof text, "%s%.0f:%02.0f:%04.1f", time_s < 0 && tenths > 0 ? "-" : "",
                hours, minutes - 60 * hours, (tenths - 600 * minutes) / 10);
  return text;
}

/// Number of trace segments that pass through the box.
int crossings(const Scene& scene, const SceneRect& box) {
  int count = 0;
  for (const SceneLine& line : scene.lines) {
    if (line.kind != LineKind::kTrace || line.points.empty()) continue;
    if (line.points.back().x_mm < box.left_mm || line.points.front().x_mm > box.right_mm) continue;
    auto point = std::lower_bound(line.points.begin(), line.points.end(), box.left_mm,
                                  [](const ScenePoint& p, double x) { return p.x_mm < x; });
    float previous_y = point == line.points.begin() ? point->y_mm : std::prev(point)->y_mm;
    for (; point != line.points.end(); ++point) {
      const auto [high, low] = std::minmax(previous_y, point->y_mm);
      if (low >= box.top_mm && high <= box.bottom_mm) ++count;
      if (point->x_mm > box.right_mm) break;
      previous_y = point->y_mm;
    }
  }
  return count;
}

/// Baseline of a strip's name: of a few heights the first that no trace crosses, or else the one
/// that the fewest segments cross.
double name_baseline_mm(const Scene& scene, const Strip& strip, double width_mm) {
  constexpr std::array<double, 8> kAboveZeroMm = {7, 10, 13, 16, -8, 4.5, -11, -14};
  const double highest = strip.top_mm + kLeadNameSizeMm;
  const double lowest = strip.bottom_mm - 1;
  double best_mm = highest;
  int fewest = std::numeric_limits<int>::max();
  for (const double above_mm : kAboveZeroMm) {
    const double y_mm = std::clamp(strip.y_mm - above_mm, highest, lowest);
    const SceneRect box = {strip.x_mm + kNameGapMm - 0.5, y_mm - 0.75 * kLeadNameSizeMm - 0.5,
                           strip.x_mm + kNameGapMm + width_mm + 0.5, y_mm + 0.7};
    const int crossed = crossings(scene, box);
    if (crossed >= fewest) continue;
    fewest = crossed;
    best_mm = y_mm;
    if (crossed == 0) break;
  }
  return best_mm;
}

std::string scale_text(const ViewState& state, const SheetMeasures& sheet) {
  const std::string filter = state.filter_text.empty() ? "no filter" : state.filter_text;
  const std::string mains = state.mains_text.empty() ? "mains filter off" : state.mains_text;
  return clean_text(number_text(sheet.speed_mm_per_s) + " mm/s   " +
                    number_text(sheet.gain_mm_per_mv) + " mm/mV   " + filter + "   " + mains);
}

}  // namespace

std::string number_text(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.3f", value);
  std::string number = text;
  while (number.back() == '0') number.pop_back();
  if (number.back() == '.') number.pop_back();
  return number == "-0" ? "0" : number;
}

std::string time_text(double begin_s, double end_s, double duration_s) {
  if (std::max(end_s, duration_s) < 120) {
    const auto seconds = [](double s) { return number_text(std::round(s * 10) / 10); };
    return seconds(begin_s) + " to " + seconds(end_s) + " s of " + seconds(duration_s) + " s";
  }
  return clock_text(begin_s) + " to " + clock_text(end_s) + " of " + clock_text(duration_s);
}

void append_sheet_texts(Scene& scene, const SignalView& signal, const ViewState& state,
                        const SheetMeasures& sheet) {
  const SceneRect& paper = sheet.paper;
  const double paper_mm = paper.right_mm - paper.left_mm;
  const auto add = [&](TextRole role, TextAnchor anchor, double y_mm, double size_mm,
                       std::string text) {
    if (text.empty()) return;
    const double x_mm = anchor == TextAnchor::kEnd ? paper.right_mm : paper.left_mm;
    scene.texts.push_back({role, anchor, x_mm, y_mm, size_mm, std::move(text)});
  };
  const double duration_s = signal.duration_s();
  const std::string time =
      time_text(std::clamp(sheet.start_s, 0.0, duration_s),
                std::clamp(sheet.start_s + sheet.seconds, 0.0, duration_s), duration_s);
  const double title_mm = paper_mm - estimated_width_mm(time, kTextSizeMm) - 10;
  add(TextRole::kTitle, TextAnchor::kStart, paper.top_mm - 8, kTitleSizeMm,
      fit_text(state.title, title_mm, kTitleSizeMm));
  add(TextRole::kSubtitle, TextAnchor::kStart, paper.top_mm - 3, kTextSizeMm,
      fit_text(state.subtitle, title_mm, kTextSizeMm));
  add(TextRole::kTime, TextAnchor::kEnd, paper.top_mm - 3, kTextSizeMm, time);

  const std::string scale = scale_text(state, sheet);
  const double scale_mm = estimated_width_mm(scale, kTextSizeMm);
  const double first_mm = paper.bottom_mm + 4.2, second_mm = paper.bottom_mm + 8.2;
  add(TextRole::kScale, TextAnchor::kStart, first_mm, kTextSizeMm, scale);
  const bool one_line = scale_mm + estimated_width_mm(kNotice, kTextSizeMm) + 30 < paper_mm;
  add(TextRole::kNotice, one_line ? TextAnchor::kEnd : TextAnchor::kStart,
      one_line ? first_mm : second_mm, kTextSizeMm, kNotice);
  if (!scene.to_scale) {
    add(TextRole::kWarning, TextAnchor::kEnd, one_line ? second_mm : first_mm, kTextSizeMm,
        "not to scale");
  }
}

void append_lead_names(Scene& scene, const SheetMeasures& sheet) {
  for (const Strip& strip : scene.strips) {
    const double width_mm = estimated_width_mm(strip.name, kLeadNameSizeMm);
    const bool in_gutter = sheet.name_gutter && width_mm + kNameGapMm < kNameGutterMm;
    const double x_mm = (in_gutter ? sheet.paper.left_mm : strip.x_mm) + kNameGapMm;
    const double y_mm = in_gutter ? strip.y_mm : name_baseline_mm(scene, strip, width_mm);
    scene.texts.push_back(
        {TextRole::kLeadName, TextAnchor::kStart, x_mm, y_mm, kLeadNameSizeMm, strip.name});
    if (!strip.lead) {
      scene.texts.push_back({TextRole::kMissing, TextAnchor::kMiddle,
                             strip.x_mm + strip.width_mm / 2, strip.y_mm, kTextSizeMm,
                             strip.name + " not recorded"});
    }
  }
}

}  // namespace ecg
