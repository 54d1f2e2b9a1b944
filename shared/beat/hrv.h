#pragma once
// RR intervals and heart rate variability, of normal beats only.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "beat/beat_clusters.h"
#include "core/result.h"
#include "core/signal.h"

namespace ecg {

/// From one R peak to the next.
struct RrInterval {
  double at_s = 0;  ///< time of the second R peak
  double rr_ms = 0;
  bool normal = false;  ///< NN: counts for variability
};

/// One interval per pair of neighbouring R peaks. An interval is normal (NN) if both beats are, it
/// lasts 240 to 3000 ms, and it differs by no more than 30 % from the median of the eleven
/// intervals around it that fulfil the rest: so ectopic beats, the pauses after them, and beats
/// missed or found twice do not count.
/// Errors: kInvalidArgument (a class per R peak, R peaks ascending, sampling rate above 0).
Result<std::vector<RrInterval>> rr_intervals(std::span<const SampleIndex> r_peaks,
                                             std::span<const BeatClass> classes,
                                             double sampling_rate_hz);

/// Variability as the Task Force of ESC and NASPE defined it (Circulation 1996;93:1043).
struct Hrv {
  std::size_t nn_count = 0;   ///< NN intervals
  double excluded_share = 0;  ///< of all intervals
  double mean_nn_ms = 0;
  double sdnn_ms = 0;        ///< standard deviation (n - 1)
  double rmssd_ms = 0;       ///< of successive differences, both intervals NN and neighbours
  double pnn50_percent = 0;  ///< successive differences of more than 50 ms
  /// Power from 0.04 to 0.15 Hz and from 0.15 to 0.4 Hz, and their ratio; nullopt below two
  /// minutes, or where more than a fifth of the intervals is no NN.
  std::optional<double> lf_ms2, hf_ms2, lf_hf;
};

/// Powers come from Lomb's periodogram of the NN intervals at their own times (no interpolation:
/// Laguna et al., IEEE Trans Biomed Eng 1998;45:698), over stretches of five minutes (or what there
/// is) that overlap by half, so that a sine of amplitude A ms in the intervals has the power A^2/2.
/// Errors: kInsufficientData (fewer than three NN intervals, or no two in a row).
Result<Hrv> heart_rate_variability(std::span<const RrInterval> intervals);

}  // namespace ecg
