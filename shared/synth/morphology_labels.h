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
/// -45 to -90 degrees, QRS < 120 ms, no inferior Q waves. lpfb: axis 100 degrees or more, rS in I
/// and aVL, qR in III and aVF, QRS < 120 ms, no rvh. rvh: axis above 90, R above S in V1, R in V1
/// plus S in V5 or V6 >= 1.05 mV (Sokolow-Lyon), T inverted in V1, QRS < 120 ms. lvh: S in V1 plus
/// R in V5 or V6 >= 3.5 mV (Sokolow-Lyon) and an inverted T in V5 or V6 (strain): tall waves alone
/// are common in health. low_voltage: R + S (or Q) below 0.5 mV in every limb lead. long_qt: QTc >=
/// 480 ms; short_qt:
/// <= 330 ms (Fridericia).
///
/// old_anterior_infarction: Q of 20 ms and 0.1 mV or more, or QS, in V2 and V3; old_inferior_
/// infarction: Q of 30 ms, 0.1 mV and a quarter of R or more in aVF, of 20 ms and 0.1 mV or more
/// in II; neither with ST elevation
/// there, lbbb, wpw or lvh. hyperkalaemia: in two neighbours of V2 to V5 T >= 1 mV and no wider
/// than 90 ms at half height. hypokalaemia: in two neighbours of V2 to V5 U >= 0.1 mV and taller
/// than T, ST <= -0.05 mV. early_repolarisation: QRS < 120 ms, J wave >= 0.1 mV in two neighbours
/// of III, aVF, II or of aVL, I, V4, V5, V6 (Macfarlane et al. 2015), ST depressed in none but aVR,
/// V1. pericarditis: ST at J >= 0.05 mV in II, aVF and four of V2-V6, depressed in none but aVR,
/// V1; PR <= -0.05 mV in II and above 0 in aVR.
///
/// ST elevation at the J point in two neighbouring leads, not with lbbb,
/// wpw, lvh or pericarditis, 60 ms later where a J wave stands on it: >= 0.1 mV (V2 and V3: 0.25 mV
/// men below 40, 0.2 mV men, 0.15 mV women): anterior_stemi V2-V4, inferior_stemi II III aVF,
/// lateral_stemi I aVL V5 V6 (universal definition of infarction). posterior_stemi: ST at J and 60
/// ms later <= -0.05 mV in V2 and V3, >= 0.05 mV in two neighbours of V7 to V9, not with rbbb
/// either.
std::vector<std::string> find_morphology_labels(const SimulationTruth& truth);

}  // namespace ecg
