#pragma once
// Fibrillation and flutter: atrial activity that goes on all the time.

#include <cstdint>

#include "synth/anatomy.h"
#include "synth/rhythm.h"
#include "synth/wave.h"

namespace ecg {

/// Adds a plan's fibrillation or flutter waves to the dipole; nothing for P waves or none.
///
/// Fibrillation: on each axis a sawtooth of three harmonics whose rate and amplitude wander slowly,
/// 15 to 70 uV, strongest towards the front so that V1 shows it best. Flutter: one sawtooth of four
/// harmonics along the inferior axis, falling slowly and rising fast in II, III and aVF.
/// (Models: Stridh and Soernmo 2001 for fibrillation waves.)
void add_atrial_activity(std::uint64_t seed, std::uint64_t index, const RhythmPlan& plan,
                         DipoleTrack& track);

}  // namespace ecg
