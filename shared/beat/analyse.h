#pragma once
// One call from a recording to its measurements: quality, hum removal, R peaks, delineation, beats
// sorted by shape, intervals and amplitudes.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "beat/beat_clusters.h"
#include "beat/delineation.h"
#include "beat/electrode_swaps.h"
#include "beat/hrv.h"
#include "beat/measurements.h"
#include "beat/quality.h"
#include "core/result.h"
#include "core/signal.h"
#include "dsp/mains.h"

namespace ecg {

struct AnalysisOptions {
  /// Rows of the signal to look at; empty = all. Quality is judged in every row.
  std::span<const std::size_t> rows = {};
  QualityLimits quality = {};
  /// R peaks known already (ascending); they are then not looked for.
  std::optional<std::vector<SampleIndex>> r_peaks = std::nullopt;
};

/// Everything that was found. Marks and R peaks are samples of the signal analysed.
struct Analysis {
  Quality quality;
  std::vector<std::size_t> rows;  ///< in which beats were looked for: asked for and usable
  std::optional<Mains> mains;     ///< hum that was taken away before anything was looked for
  bool baseline_removed = false;  ///< wander, before R peaks and marks were looked for
  std::vector<SampleIndex> r_peaks;
  Delineation delineation;
  BeatClusters beats;
  std::vector<RrInterval> rr;
  std::optional<Hrv> hrv;  ///< nullopt: too few normal beats
  Measurements measurements;
  std::optional<MedianBeat> median;  ///< of the normal beats
  BeatMarks median_marks;            ///< global marks in it
  /// Electrodes that seem swapped; nullopt: none, or not all of I, II and V1-V6 can be judged.
  std::optional<SwapSuspicion> swap;
};

/// Analyses a recording. Hum is removed where a usable lead has it (QualityFault::kMains), wander
/// where one has it (kBaseline), but wander only for finding: ST is measured in a signal that no
/// high-pass has seen. Where no lead is usable, or no beat is found, the lists are empty and every
/// measurement says so. Cost: about 1 ms for 10 s of 12 leads at 500 Hz (bench analyse); 24 hours
/// of one lead at 250 Hz with wander took 7 s and 0.74 GB beside the signal's 0.09 GB. Errors:
/// kInvalidArgument (sampling rate not 50 to 20000 Hz, a row that does not exist, R peaks not
/// ascending or outside the signal).
Result<Analysis> analyse(SignalView signal, const AnalysisOptions& options = {});

}  // namespace ecg
