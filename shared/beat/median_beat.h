#pragma once
// The median beat: many beats laid over each other, the middle value at every moment. What does not
// belong to each beat - muscle noise, hum, an artefact - falls out.

#include <cstddef>
#include <span>

#include "core/result.h"
#include "core/signal.h"

namespace ecg {

struct MedianBeatOptions {
  double before_s = 0.300;      ///< from the start of the window to the R peak
  double after_s = 0.500;       ///< from the R peak to its end
  double align_s = 0.020;       ///< how far a beat may be moved to fit the others; 0 = not at all
  std::size_t most_beats = 63;  ///< of more, this many are taken at even distances
};

/// The median beat in every lead.
struct MedianBeat {
  Signal signal;           ///< the rows of the signal it was made from
  SampleIndex r_peak = 0;  ///< sample of the R peak in it
  std::size_t beats = 0;   ///< beats that went into it
};

/// Median of the beats at `r_peaks`. Beats whose window reaches beyond the signal are left out, and
/// in each lead those with a missing sample. Each beat is first moved to where its slopes fit those
/// of the others best (the three leads with the largest QRS together), and loses its level before
/// the QRS complex: the mean from 100 to 80 ms before the R peak. A lead without a single whole
/// beat is missing (NaN). Errors: kInvalidArgument (options out of range, R peaks not ascending or
/// outside the signal), kInsufficientData (no beat with a whole window).
Result<MedianBeat> median_beat(SignalView signal, std::span<const SampleIndex> r_peaks,
                               const MedianBeatOptions& options = {});

}  // namespace ecg
