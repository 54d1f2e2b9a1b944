#pragma once
// Truth from waves: fiducial points, median intervals and axes of what was generated.

#include <vector>

#include "core/recording.h"
#include "synth/heart.h"
#include "synth/truth.h"

namespace ecg {

/// Beats whose R peak lies in [0, duration_s), with their waves measured.
std::vector<BeatTruth> measure_beats(const std::vector<BeatWaves>& beats, double duration_s);

/// Medians over beats.
IntervalTruth measure_intervals(const std::vector<BeatTruth>& beats);

/// Frontal axes from the net areas of all beats as leads I and aVF see them.
AxisTruth measure_axis(const std::vector<BeatWaves>& beats, const LeadField& field);

/// Beats and wave boundaries as WFDB annotations in time order; `number` of "(" and ")" tells the
/// wave (0 P, 1 QRS, 2 T). Marks outside [0, samples) are left out.
std::vector<Annotation> annotations_of(const std::vector<BeatTruth>& beats,
                                       SampleIndex samples, double rate_hz);

}  // namespace ecg
