#pragma once
// Delineation: where P, QRS and T begin, peak and end, in every lead and over all leads.
//
// Beats that look alike are averaged first, all leads together; the waves' edges are found on the
// average, where noise is small and what does not keep its place (fibrillating atria) vanishes,
// and are then carried back to each beat, whose own P wave is looked for anew. Edges come from the
// slopes that a Gaussian derivative sees, in all leads together and in each lead; a lead's own
// edge counts as much as the lead is clear.

#include <cstddef>
#include <span>

#include "beat/beat_marks.h"
#include "beat/wave_edges.h"
#include "core/result.h"
#include "core/signal.h"

namespace ecg {

/// What to look at.
struct DelineationOptions {
  /// Rows of the signal to use; empty = all rows. The waves of other rows are kNotSearched.
  std::span<const std::size_t> rows;
  EdgeRules rules;  ///< where waves begin and end; chosen on real ECGs
};

/// Marks of every beat. `r_peaks`: ascending samples inside the signal, as find_r_peaks gives them;
/// the result has one BeatMarks per R peak in `global` and in each of `leads` (one entry per row of
/// the signal). Missing samples (NaN) are allowed anywhere. Baseline wander and mains may stay in
/// the signal, but cost accuracy; a low-pass below 40 Hz moves the edges of the QRS.
///
/// Global marks come from all leads together, drawn towards the earliest onset and latest offset of
/// the single leads, save that no single lead decides where three or more show the wave. A P wave
/// must keep its shape and place from beat to beat, or look like that of the commonest shape of
/// beats; else it is not found (kNotRepeated), as in fibrillation. How well this agrees with
/// cardiologists' marks: ./tools/bench beats (LUDB).
///
/// Above about 120 beats per minute T and P waves run into each other. Where the signal does not
/// come to rest between them the T wave has no offset and the P wave no onset; where there is
/// hardly time for both, what is there is the T wave; a QRS that takes up two thirds of the time
/// between beats has no edges.
///
/// Marks lie on samples; their resolution is that of a grid of 250 to 500 Hz, or of the signal
/// below. Long recordings are worked on in blocks of 32 beats; memory beside the result does not
/// grow.
/// Errors: kInvalidArgument (sampling rate not 50 to 20000 Hz, a row that does not exist, R peaks
/// that are not ascending or lie outside).
Result<Delineation> delineate(SignalView signal, std::span<const SampleIndex> r_peaks,
                              const DelineationOptions& options = {});

}  // namespace ecg
