#pragma once
// Labels: the findings that hold for generated waves, by the thresholds a reader would use.

#include <string>
#include <string_view>
#include <vector>

#include "synth/truth.h"

namespace ecg {

/// Findings of a recording from its beats, intervals and axis - never from what was asked for.
/// Names are those of the catalogues, and "normal", "left_axis" (below -30 degrees), "right_axis"
/// (above 90).
///
/// Rhythm, first of: asystole (no beat in 3 s or more), paced, af, flutter, vt (three or more V in
/// a row above 100/min; with av_dissociation where two or more P waves stand beside it),
/// av_block_3, svt (no P, above 130/min), else sinus_brady (below 50/min), sinus_tachy (above
/// 100/min) or sinus; (rate of the P waves); sinus_arrhythmia when PP varies by more than 120 ms.
/// Further: pac, pvc, pvc_multifocal, bigeminy, couplets, wenckebach (PR longer by 30 ms or more
/// before the blocked P than after it), mobitz_2 (blocked P without that), av_block_1 (PR above 200
/// ms), pause (RR above 2 s). Findings in the form of the beats: morphology_labels.h.
std::vector<std::string> find_labels(const SimulationTruth& truth);

/// True if `labels` holds `name`.
bool has_label(const std::vector<std::string>& labels, std::string_view name);

}  // namespace ecg
