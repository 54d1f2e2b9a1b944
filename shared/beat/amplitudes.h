#pragma once
// What one lead, or one direction in space, shows of a median beat.

#include <span>

#include "beat/beat_marks.h"
#include "beat/measurements.h"
#include "beat/median_beat.h"

namespace ecg {

/// Level just before the QRS complex: mean of the 12 ms that end 2 ms before its onset. mV.
/// Precondition: marks.qrs has an onset inside the lead.
double level_before_qrs_mv(std::span<const float> lead, const BeatMarks& marks,
                           double sampling_rate_hz);

/// Amplitudes of one lead of a median beat. `marks`: samples in it.
LeadAmplitudes measure_amplitudes(std::span<const float> lead, const BeatMarks& marks,
                                  double sampling_rate_hz);

/// Net area of a wave above the straight line through its ends' levels (P) or above the level
/// before the QRS (QRS, T), in mV ms. nullopt where a sample is missing or a mark is not there.
std::optional<double> p_area(std::span<const float> lead, const BeatMarks& marks,
                             double sampling_rate_hz);
std::optional<double> qrs_area(std::span<const float> lead, const BeatMarks& marks,
                               double sampling_rate_hz);
std::optional<double> t_area(std::span<const float> lead, const BeatMarks& marks,
                             double sampling_rate_hz);

/// Axes from a median beat: of the leads I and aVF, or I and II where aVF is absent
/// (aVF = II - I / 2).
Axes measure_axes(const MedianBeat& beat, const BeatMarks& marks);

/// From Kors' vectorcardiogram of a median beat.
VectorMeasurements measure_vector(const MedianBeat& beat, const BeatMarks& marks);

}  // namespace ecg
