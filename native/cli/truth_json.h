#pragma once
// What is true of a simulated recording, as JSON.

#include <nlohmann/json.hpp>

#include "synth/simulate.h"

namespace ecg::cli {

/// The options that name a recording: simulating them again gives it bit for bit.
nlohmann::ordered_json json_from_options(const SimulationOptions& options);

/// Patient, labels, report, intervals in ms, axes in degrees, and every beat's waves in seconds.
/// What does not exist is null.
nlohmann::ordered_json json_from_truth(const SimulationTruth& truth);

}  // namespace ecg::cli
