#pragma once
// R-peak detection in a whole recording, from one lead or from all leads together.

#include <cstddef>
#include <span>
#include <vector>

#include "core/result.h"
#include "core/signal.h"

namespace ecg {

/// What to look at.
struct RPeakOptions {
  /// Rows of the signal to use; empty = all rows. A row that is flat or mostly missing is ignored.
  std::span<const std::size_t> rows;
};

/// Samples of the R peaks, ascending, one per heartbeat: where the QRS complex deflects most, in
/// either direction. Missing samples (NaN) are allowed anywhere; no beat is reported inside a gap.
/// A signal without beats, or too short for one, gives an empty list.
/// Memory: 20 bytes per grid point (120 to 240 of them per second), however many leads: 216 MB for
/// 24 hours at 250 Hz. For signals that arrive or are read piece by piece: stream_detector.h.
/// Errors: kInvalidArgument (sampling rate not 50 to 20000 Hz, a row that does not exist).
Result<std::vector<SampleIndex>> find_r_peaks(SignalView signal, const RPeakOptions& options = {});

}  // namespace ecg
