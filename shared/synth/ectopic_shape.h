#pragma once
// Shapes of beats that do not start in the sinus node.

#include <vector>

#include "synth/anatomy.h"
#include "synth/beat_shape.h"

namespace ecg {

/// A beat from focus number `focus` in this person's ventricles: wide, tall, its T opposite to its
/// QRS. A focus keeps its place from one recording to the next. `p` is empty.
BeatShape ventricular_shape(const Anatomy& person, int focus);

/// A beat paced from the apex of the right ventricle: wide, to the left, up and back. `p` is empty.
BeatShape paced_shape(const Anatomy& person);

/// The spike of a pacemaker that ends at time `qrs_onset_s`.
Wave pacing_spike(double qrs_onset_s);

/// A P wave from low in the atria: narrower, upwards, so that it is inverted in II, III and aVF.
std::vector<ShapeWave> ectopic_p(const Anatomy& person);

}  // namespace ecg
