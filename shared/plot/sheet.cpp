#include "plot/sheet.h"

#include <algorithm>
#include <cmath>

namespace ecg {
namespace {

constexpr double kMajorMm = 5;

double up_to_major(double mm) { return std::ceil(mm / kMajorMm - 1e-9) * kMajorMm; }
double down_to_major(double mm) { return std::floor(mm / kMajorMm + 1e-9) * kMajorMm; }

double row_height_mm(std::size_t row_count) {
  const double share = kRowsHeightMm / static_cast<double>(std::max<std::size_t>(row_count, 1));
  return std::clamp(down_to_major(share), kShortestRowMm, kLongestRowMm);
}

}  // namespace

SheetMeasures measure_sheet(const ViewState& state, const std::vector<LayoutRow>& rows) {
  SheetMeasures sheet;
  const ViewNumbers numbers = drawable(state);
  sheet.speed_mm_per_s = numbers.speed_mm_per_s;
  sheet.gain_mm_per_mv = numbers.gain_mm_per_mv;
  sheet.trace_width_mm = numbers.trace_width_mm;
  sheet.start_s = numbers.start_s;
  sheet.seconds = sheet_seconds(state);
  sheet.row_height_mm = row_height_mm(rows.size());
  sheet.name_gutter = sheet.row_height_mm < kRoomyRowMm &&
                      std::all_of(rows.begin(), rows.end(),
                                  [](const LayoutRow& row) { return row.cells.size() == 1; });
  const double before_pulse_mm = sheet.name_gutter ? kNameGutterMm : kPulseLeftMm;
  const double pulse_mm = kPulseSeconds * sheet.speed_mm_per_s;
  const double after_pulse_mm = (sheet.name_gutter ? 1 : kPulseLeadMm) + kPulseGapMm;
  const double left_mm = up_to_major(before_pulse_mm + pulse_mm + after_pulse_mm);
  const double rows_mm =
      sheet.row_height_mm * static_cast<double>(std::max<std::size_t>(rows.size(), 1));
  sheet.paper = {kMarginMm, kHeaderMm,
                 kMarginMm + up_to_major(left_mm + sheet.trace_width_mm + kRightMarginMm),
                 kHeaderMm + rows_mm};
  sheet.pulse_left_mm = sheet.paper.left_mm + before_pulse_mm;
  sheet.trace_left_mm = sheet.paper.left_mm + left_mm;
  sheet.width_mm = sheet.paper.right_mm + kMarginMm;
  sheet.height_mm = sheet.paper.bottom_mm + kFooterMm;
  return sheet;
}

double zero_line_mm(const SheetMeasures& sheet, std::size_t row) {
  // R waves are taller than S waves in most leads, hence a little below the middle.
  const double within_mm = std::round(0.55 * sheet.row_height_mm / kMajorMm) * kMajorMm;
  return sheet.paper.top_mm + static_cast<double>(row) * sheet.row_height_mm + within_mm;
}

std::vector<Strip> strips_of(const std::vector<LayoutRow>& rows, const SheetMeasures& sheet) {
  std::vector<Strip> strips;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto columns = static_cast<double>(rows[row].cells.size());
    for (std::size_t column = 0; column < rows[row].cells.size(); ++column) {
      const LayoutCell& cell = rows[row].cells[column];
      if (cell.blank) continue;
      const double begin = static_cast<double>(column) / columns;
      const double end = static_cast<double>(column + 1) / columns;
      Strip strip;
      strip.lead = cell.lead;
      strip.name = cell.name;
      strip.begin_s = sheet.start_s + begin * sheet.seconds;
      strip.end_s = sheet.start_s + end * sheet.seconds;
      strip.x_mm = sheet.trace_left_mm + begin * sheet.trace_width_mm;
      strip.width_mm = (end - begin) * sheet.trace_width_mm;
      strip.y_mm = zero_line_mm(sheet, row);
      strip.top_mm = sheet.paper.top_mm + static_cast<double>(row) * sheet.row_height_mm;
      strip.bottom_mm = strip.top_mm + sheet.row_height_mm;
      strip.speed_mm_per_s = sheet.speed_mm_per_s;
      strip.gain_mm_per_mv = cell.inverted ? -sheet.gain_mm_per_mv : sheet.gain_mm_per_mv;
      strip.row = row;
      strip.column = column;
      strip.rhythm = rows[row].rhythm;
      strips.push_back(std::move(strip));
    }
  }
  return strips;
}

}  // namespace ecg
