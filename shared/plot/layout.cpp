#include "plot/layout.h"

#include <algorithm>
#include <string_view>

#include "plot/overview.h"
#include "plot/text.h"

namespace ecg {
namespace {

/// A layout as data: lead names row after row, a minus in front of one that is shown inverted, then
/// the leads that span the whole width.
struct LayoutTable {
  std::size_t columns;
  std::string_view places;
  std::string_view rhythm;
};

constexpr std::string_view kByFour = "I aVR V1 V4  II aVL V2 V5  III aVF V3 V6";

LayoutTable table_of(Layout layout) {
  switch (layout) {
    case Layout::k3x4Plus1:
      return {4, kByFour, "II"};
    case Layout::k3x4Plus3:
      return {4, kByFour, "II V1 V5"};
    case Layout::k6x2:
      return {2, "I V1  II V2  III V3  aVR V4  aVL V5  aVF V6", ""};
    case Layout::k12x1:
      return {1, "I II III aVR aVL aVF V1 V2 V3 V4 V5 V6", ""};
    case Layout::kCabrera:  // limb leads as they lie in the frontal plane
      return {2, "aVL V1  I V2  -aVR V3  II V4  aVF V5  III V6", ""};
  }
  return {4, kByFour, "II"};
}

/// One place of a table.
struct Place {
  Lead lead = Lead::kOther;
  bool inverted = false;
};

std::vector<Place> places_of(std::string_view names) {
  std::vector<Place> places;
  while (true) {
    const std::size_t begin = names.find_first_not_of(' ');
    if (begin == std::string_view::npos) return places;
    names.remove_prefix(begin);
    const std::string_view name = names.substr(0, names.find(' '));
    const bool inverted = name.front() == '-';
    places.push_back({lead_from_name(name.substr(inverted ? 1 : 0)), inverted});
    names.remove_prefix(name.size());
  }
}

LayoutCell cell_of_row(const SignalView& signal, std::size_t row) {
  return {row, fit_text(display_name(signal.leads[row]), kLeadNameMaxMm, kLeadNameSizeMm), false,
          false};
}

LayoutCell cell_of_place(const SignalView& signal, const Place& place) {
  const std::string name(lead_name(place.lead));
  return {signal.find(place.lead), place.inverted ? "-" + name : name, place.inverted, false};
}

/// Appends cells to `rows`, `columns` at a time; the last row is filled up with blanks.
void append_rows(std::vector<LayoutRow>& rows, std::vector<LayoutCell> cells, std::size_t columns) {
  while (cells.size() % columns != 0) cells.push_back({std::nullopt, "", false, true});
  for (std::size_t i = 0; i < cells.size(); i += columns) {
    const auto first = cells.begin() + static_cast<std::ptrdiff_t>(i);
    rows.push_back({{first, first + static_cast<std::ptrdiff_t>(columns)}, false});
  }
}

std::size_t standard_lead_count(const SignalView& signal) {
  return static_cast<std::size_t>(
      std::count_if(kTwelveLeads.begin(), kTwelveLeads.end(),
                    [&](Lead lead) { return signal.find(lead).has_value(); }));
}

/// Rows of the signal that the table does not show: other leads, and repeated ones.
std::vector<LayoutCell> further_cells(const SignalView& signal) {
  std::vector<LayoutCell> cells;
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    const Lead lead = signal.leads[row].lead;
    const bool standard =
        std::find(kTwelveLeads.begin(), kTwelveLeads.end(), lead) != kTwelveLeads.end();
    if (!standard || signal.find(lead) != row) cells.push_back(cell_of_row(signal, row));
  }
  return cells;
}

std::vector<LayoutRow> one_row_per_lead(const SignalView& signal) {
  std::vector<LayoutRow> rows;
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    rows.push_back({{cell_of_row(signal, row)}, false});
  }
  return rows;
}

}  // namespace

std::vector<LayoutRow> layout_rows(const SignalView& signal, Layout layout) {
  if (standard_lead_count(signal) < 6) return one_row_per_lead(signal);
  const LayoutTable table = table_of(layout);
  std::vector<LayoutCell> cells;
  for (const Place& place : places_of(table.places)) cells.push_back(cell_of_place(signal, place));
  std::vector<LayoutRow> rows;
  append_rows(rows, std::move(cells), table.columns);
  append_rows(rows, further_cells(signal), table.columns);
  for (const Place& place : places_of(table.rhythm)) {
    const auto row = signal.find(place.lead);
    rows.push_back({{cell_of_row(signal, row ? *row : rhythm_lead(signal))}, true});
  }
  return rows;
}

}  // namespace ecg
