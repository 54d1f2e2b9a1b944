#pragma once
// Truth from waves: fiducial points, median intervals and axes of what was generated.

#include <vector>

#include "core/recording.h"
#include "synth/heart.h"
#include "synth/truth.h"

namespace ecg {

/// Beats whose R peak lies in [0, duration_s), with their waves measured.
std::vector<BeatTruth> measure_beats(const std::vector<BeatWaves>& beats, double duration_s);

/// Blocked P waves whose peak lies in [0, duration_s).
std::vector<WaveTruth> measure_blocked_p(const HeartWaves& heart, double duration_s);

/// The beats a reader measures: 'N' if there are at least two of them, else the commonest symbol.
char measured_symbol(const std::vector<BeatTruth>& beats);

/// Medians over the measured beats; the rate over all beats.
IntervalTruth measure_intervals(const std::vector<BeatTruth>& beats);

/// Frontal axes from the net areas of the beats with this symbol as leads I and aVF see them.
AxisTruth measure_axis(const std::vector<BeatWaves>& beats, char symbol, const LeadField& field);

/// Beats and wave boundaries as WFDB annotations in time order; `number` of "(" and ")" tells the
/// wave (0 P, 1 QRS, 2 T). Marks outside [0, samples) are left out.
std::vector<Annotation> annotations_of(const SimulationTruth& truth, SampleIndex samples,
                                       double rate_hz);

}  // namespace ecg
