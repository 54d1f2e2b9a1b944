#pragma once
// Delineation: onset, peak and offset of the P wave, the QRS complex and the T wave of every beat.

#include <span>

#include "beat/beat_marks.h"
#include "core/result.h"

namespace ecg {

/// What to look for.
struct DelineationOptions {
  bool find_p = true;
  bool find_t = true;
};

/// Marks of every beat, per lead and global. `r_peaks` are those of find_r_peaks, ascending.
/// Global marks: earliest onset and latest offset that enough leads agree on, so that one bad lead
/// cannot move them; global peaks are where the leads together deflect most.
/// Missing samples (NaN) are allowed; a wave that touches them carries the reason.
/// Errors: kInvalidArgument (sampling rate not 50 to 20000 Hz; R peaks not ascending or outside).
Result<Delineation> delineate(SignalView signal, std::span<const SampleIndex> r_peaks,
                              const DelineationOptions& options = {});

}  // namespace ecg
