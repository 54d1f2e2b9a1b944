#pragma once
// Measures of the sheet: where the paper, the rows and the strips lie.

#include <vector>

#include "plot/layout.h"
#include "plot/scene.h"

namespace ecg {

inline constexpr double kMarginMm = 4;      ///< around the paper, left and right
inline constexpr double kHeaderMm = 15;     ///< above the paper: title
inline constexpr double kFooterMm = 10;     ///< below the paper: scale and notice
inline constexpr double kNameGutterMm = 8;  ///< for lead names, where rows are too low for them
inline constexpr double kRoomyRowMm = 20;   ///< rows from this height hold their names
inline constexpr double kPulseLeftMm = 5;   ///< from the paper's edge to the calibration pulse
inline constexpr double kPulseLeadMm = 2;   ///< base line before and after the pulse
inline constexpr double kPulseGapMm = 1;    ///< from there to the trace
inline constexpr double kPulseSeconds = 0.2;
inline constexpr double kRightMarginMm = 5;  ///< of the paper, right of the traces
inline constexpr double kRowsHeightMm =
    180;  ///< that rows try to fill: one landscape A4 or Letter sheet
inline constexpr double kLongestRowMm = 40;
inline constexpr double kShortestRowMm = 10;

/// Measures that follow from the state and the number of rows.
struct SheetMeasures {
  SceneRect paper;
  double width_mm = 0;
  double height_mm = 0;
  double pulse_left_mm = 0;  ///< x where the calibration pulse rises
  bool name_gutter = false;  ///< lead names stand left of the pulse
  double trace_left_mm = 0;  ///< x of start_s in every row
  double trace_width_mm = 0;
  double row_height_mm = 0;  ///< multiple of 5 mm
  double start_s = 0;
  double seconds = 0;  ///< that a row shows
  double speed_mm_per_s = 0;
  double gain_mm_per_mv = 0;
};

/// Traces begin on a 5-mm line, right of a pulse as wide as the speed makes it; every row has the
/// same height, and its 0 mV lies on a 5-mm line a little below its middle. Low rows of one column
/// leave a gutter for their names.
SheetMeasures measure_sheet(const ViewState& state, const std::vector<LayoutRow>& rows);

/// y of 0 mV in that row.
double zero_line_mm(const SheetMeasures& sheet, std::size_t row);

/// One strip per cell that is not blank, row after row.
std::vector<Strip> strips_of(const std::vector<LayoutRow>& rows, const SheetMeasures& sheet);

}  // namespace ecg
