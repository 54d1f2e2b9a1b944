#pragma once
// Findings in the form of the beats, by the thresholds a reader would use.

#include <string>
#include <vector>

#include "synth/truth.h"

namespace ecg {

/// Morphology findings from the leads and intervals of the measured beats. Empty for beats that
/// start in the ventricles or are paced: their form says nothing of conduction.
///
/// lbbb: QRS >= 120 ms, V1 mainly negative, I and V6 positive without q. wpw: PR < 120 ms and
/// QRS >= 110 ms. rbbb: QRS >= 120 ms, late QRS above 0.1 mV in V1 and negative in I. lafb: axis
/// -45 to -90 degrees, QRS < 120 ms. lvh: S in V1 plus R in V5 or V6 >= 3.5 mV (Sokolow-Lyon) and
/// an inverted T in V5 or V6 (strain): tall waves alone are common in health. low_voltage: R + S
/// (or Q) below 0.5 mV in every limb lead. long_qt: QTc >= 480 ms; short_qt:
/// <= 330 ms (Fridericia). ST elevation at the J point in two neighbouring leads, not with lbbb,
/// wpw or lvh: >= 0.1 mV (V2 and V3: 0.25 mV men below 40, 0.2 mV men, 0.15 mV women):
/// anterior_stemi V2-V4, inferior_stemi II III aVF, lateral_stemi I aVL V5 V6 (universal definition
/// of infarction).
std::vector<std::string> find_morphology_labels(const SimulationTruth& truth);

}  // namespace ecg
