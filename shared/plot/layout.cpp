#include "plot/layout.h"

#include <algorithm>
#include <array>
#include <span>

#include "plot/overview.h"
#include "plot/text.h"

namespace ecg {
namespace {

/// One place of a layout table.
struct Place {
  Lead lead;
  bool inverted = false;
};

/// A layout as data: `columns` cells per row, row after row, then leads over the whole width.
struct LayoutTable {
  std::size_t columns;
  std::array<Place, 12> places;
  std::span<const Lead> rhythm;
};

constexpr std::array<Lead, 1> kRhythmII = {Lead::kII};
constexpr std::array<Lead, 3> kRhythmThree = {Lead::kII, Lead::kV1, Lead::kV5};

constexpr std::array<Place, 12> kByFour = {{{Lead::kI},   {Lead::kAvr}, {Lead::kV1}, {Lead::kV4},
                                            {Lead::kII},  {Lead::kAvl}, {Lead::kV2}, {Lead::kV5},
                                            {Lead::kIII}, {Lead::kAvf}, {Lead::kV3}, {Lead::kV6}}};
constexpr std::array<Place, 12> kByTwo = {{{Lead::kI},   {Lead::kV1}, {Lead::kII},  {Lead::kV2},
                                           {Lead::kIII}, {Lead::kV3}, {Lead::kAvr}, {Lead::kV4},
                                           {Lead::kAvl}, {Lead::kV5}, {Lead::kAvf}, {Lead::kV6}}};
constexpr std::array<Place, 12> kByOne = {
    {{Lead::kI},  {Lead::kII}, {Lead::kIII}, {Lead::kAvr}, {Lead::kAvl}, {Lead::kAvf},
     {Lead::kV1}, {Lead::kV2}, {Lead::kV3},  {Lead::kV4},  {Lead::kV5},  {Lead::kV6}}};
// Anatomical order of the frontal plane, from upper left to lower right.
constexpr std::array<Place, 12> kCabreraPlaces = {
    {{Lead::kAvl}, {Lead::kV1}, {Lead::kI},   {Lead::kV2}, {Lead::kAvr, true}, {Lead::kV3},
     {Lead::kII},  {Lead::kV4}, {Lead::kAvf}, {Lead::kV5}, {Lead::kIII},       {Lead::kV6}}};

LayoutTable table_of(Layout layout) {
  switch (layout) {
    case Layout::k3x4Plus1: return {4, kByFour, kRhythmII};
    case Layout::k3x4Plus3: return {4, kByFour, kRhythmThree};
    case Layout::k6x2: return {2, kByTwo, {}};
    case Layout::k12x1: return {1, kByOne, {}};
    case Layout::kCabrera: return {2, kCabreraPlaces, {}};
  }
  return {4, kByFour, kRhythmII};
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
    const bool standard = std::find(kTwelveLeads.begin(), kTwelveLeads.end(), lead) !=
                          kTwelveLeads.end();
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
  for (const Place& place : table.places) cells.push_back(cell_of_place(signal, place));
  std::vector<LayoutRow> rows;
  append_rows(rows, std::move(cells), table.columns);
  append_rows(rows, further_cells(signal), table.columns);
  for (const Lead lead : table.rhythm) {
    const auto row = signal.find(lead);
    rows.push_back({{cell_of_row(signal, row ? *row : rhythm_lead(signal))}, true});
  }
  return rows;
}

}  // namespace ecg
