#pragma once
// Report: labels and measurements as a reader would put them in plain clinical English.

#include <string>

#include "core/philox.h"
#include "synth/truth.h"

namespace ecg {

/// A few sentences from a truth's labels, intervals and axis; the wording varies with `random`.
std::string write_report(const SimulationTruth& truth, RandomStream& random);

}  // namespace ecg
