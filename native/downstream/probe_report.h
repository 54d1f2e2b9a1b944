#pragma once
// Tables and figures of results, for people and for programs.

#include <string>
#include <vector>

#include "core/result.h"
#include "downstream/probe_row.h"

namespace ecg {

/// Heading and one line per row, aligned, with 95 % intervals.
std::string text_of_heading();
std::string text_of_row(const ProbeRow& row);

/// Per-class figures of one row, aligned; classes with few positives carry a mark and a note.
std::string text_of_classes(const ProbeRow& row);

/// All rows with everything, NaN as null; ROC curves of at most kRocPoints corners.
inline constexpr std::size_t kRocPoints = 200;
std::string json_of_rows(const std::vector<ProbeRow>& rows);

/// Rows that json_of_rows wrote. `where` names the text in errors. kBadHeader.
Result<std::vector<ProbeRow>> rows_from_json(std::string_view json, const std::string& where);

/// One line per row with the macro figures, RFC 4180.
std::string csv_of_rows(const std::vector<ProbeRow>& rows);

/// One line per row and class.
std::string csv_of_classes(const std::vector<ProbeRow>& rows);

}  // namespace ecg
