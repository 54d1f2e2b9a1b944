#pragma once
// The lines above a table of numbers: rate, unit, names of columns, and who was recorded.

#include "io/sample_table.h"
#include "io/text_table.h"

namespace ecg {

/// Understands "key: value" lines ("Sampling Rate (Hz):= 1000", "Unit,uV"; comments too), a line
/// of column names with units ("I (mV)", "II_uV", "aVR/mV"), a line of units below it, and the
/// lines above the ECGs of the Apple Watch. What is not understood is kept among the comments.
TableFacts parse_csv_header(const TextTable& table);

}  // namespace ecg
