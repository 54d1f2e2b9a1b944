#pragma once
// Which lead goes where on the sheet, as a table.

#include <optional>
#include <string>
#include <vector>

#include "core/signal.h"
#include "plot/view_state.h"

namespace ecg {

/// Place for one lead.
struct LayoutCell {
  std::optional<std::size_t> lead;  ///< row of the signal; nullopt: not recorded
  std::string name;                 ///< as printed
  bool inverted = false;            ///< shown upside down (-aVR)
  bool blank = false;               ///< filler at the end of an incomplete row: no strip at all
};

/// A row of the sheet: as many columns as cells, each showing its share of the row's time.
struct LayoutRow {
  std::vector<LayoutCell> cells;
  bool rhythm = false;
};

/// The rows of a sheet for this signal.
///
/// With at least six of the twelve standard leads the layout is as named; further leads (V7, X, a
/// second II) fill rows of their own below it, and a lead that is missing keeps its empty place. A
/// rhythm row whose lead is missing takes rhythm_lead() instead. With fewer standard leads each
/// lead has a row over the whole width, in the file's order.
std::vector<LayoutRow> layout_rows(const SignalView& signal, Layout layout);

}  // namespace ecg
