#pragma once
// What Einthoven itself measures in an open recording, as lines for the panel and the page.

#include <optional>
#include <string>
#include <vector>

#include "beat/analyse.h"
#include "core/signal.h"

namespace ecg {

/// Longest part that is measured when a recording opens, from its beginning: a day of Holter would
/// keep a person waiting.
inline constexpr double kMeasured_s = 60;

/// The analysis of a recording's beginning, and how long a part that was. nullopt where no analysis
/// is possible (sampling rate below 50 Hz, nothing there).
struct MeasuredHere {
  Analysis analysis;
  double duration_s = 0;
};
std::optional<MeasuredHere> measure_here(const Signal& signal);

/// One line: what, its value ("164 ms", or "not found"), and a sentence that explains: the reason
/// where nothing was found, else how it is measured.
struct MeasuredFact {
  std::string name, value, explanation;
  bool found = true;
};

/// Rate, intervals, corrected QT and axes, in the order in which an ECG is read.
std::vector<MeasuredFact> measured_facts(const MeasuredHere& measured);

/// Why the figures may be doubtful, one sentence each; empty where nothing speaks against them.
std::vector<std::string> measured_doubts(const MeasuredHere& measured, const Signal& signal);

}  // namespace ecg
