#pragma once
// Contact sheets: every rhythm and morphology of the simulator as a drawn ECG.

#include <string>
#include <vector>

#include "synth/simulate.h"

namespace ecg::cli {

/// Draws one sheet (3x4+1, 25 mm/s, 10 mm/mV) per rhythm without findings, and one per morphology
/// in sinus rhythm, titled with name and sentence, under it the report: rhythm_NAME and
/// morphology_NAME with `ending` ("svg" or "png"), and index.html, which shows them all. `options`
/// says seed, index, patient and noise. Returns the paths written. Throws CliError.
std::vector<std::string> write_sheets(const SimulationOptions& options, const std::string& folder,
                                      const std::string& ending);

}  // namespace ecg::cli
