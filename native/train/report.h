#pragma once
// The picture of a run: one HTML file with curves, reconstructions and a map of embeddings.

#include <filesystem>

#include "core/result.h"

namespace ecg {

inline constexpr const char* kReportFile = "report.html";

/// Writes report.html of a finished run: loss on training and validation, learning rate and
/// gradient norm from metrics.csv; a few held-out records with what was hidden and what the best
/// model made of it; the embeddings of held-out records along their two widest directions, coloured
/// by the number of R peaks. Everything is inside the file (SVG, no scripts). Held-out means test,
/// else validation. Throws Failure.
void write_report(const std::filesystem::path& run, const std::filesystem::path& corpus);

}  // namespace ecg
