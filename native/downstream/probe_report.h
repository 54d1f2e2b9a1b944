#pragma once
// Tables of probe results, for people and for programs.

#include <string>
#include <vector>

#include "downstream/probe.h"

namespace ecg {

/// Heading and one line per row, aligned, with 95 % intervals.
std::string text_of_heading();
std::string text_of_row(const ProbeRow& row);

/// Per-class figures of one row, aligned; classes with few positives carry a mark and a note.
std::string text_of_classes(const ProbeRow& row);

/// All rows with everything, NaN as null.
std::string json_of_rows(const std::vector<ProbeRow>& rows);

/// One line per row with the macro figures, RFC 4180.
std::string csv_of_rows(const std::vector<ProbeRow>& rows);

}  // namespace ecg
