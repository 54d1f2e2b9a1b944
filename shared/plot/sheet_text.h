#pragma once
// The texts of the sheet and where they go.

#include "plot/scene.h"
#include "plot/sheet.h"

namespace ecg {

/// Title, subtitle and shown time above the paper; scale, "not to scale" and notice below it.
void append_sheet_texts(Scene& scene, const SignalView& signal, const ViewState& state,
                        const SheetMeasures& sheet);

/// Lead names at the begin of each strip, at the first of a few heights where no trace passes, or
/// in the gutter if the sheet has one; "not recorded" in the middle of empty strips. The traces
/// must be in the scene.
void append_lead_names(Scene& scene, const SheetMeasures& sheet);

/// "25 mm/s", "12.5 mm/s": at most three decimals, without trailing zeros.
std::string number_text(double value);

/// Part of the recording in view: "0 to 10 s of 10 s", "0:05:00 to 0:05:10 of 0:30:06".
std::string time_text(double begin_s, double end_s, double duration_s);

}  // namespace ecg
