#pragma once
// BeatShape: the form of one person's heartbeat, apart from when it happens.

#include <vector>

#include "synth/vector3.h"
#include "synth/wave.h"

namespace ecg {

/// A bump placed in shares of a duration: 0 is where the duration begins, 1 where it ends.
struct ShapeWave {
  double centre = 0;
  double before = 0;
  double after = 0;
  Vector3 mv;
};

/// A beat's waves and durations. P waves are in shares of p_s from the P onset, QRS waves in shares
/// of qrs_s from the QRS onset, T waves and a
/// displaced ST segment in shares of the QT interval from the QRS onset.
struct BeatShape {
  double p_s = 0;    ///< P duration
  double pr_s = 0;   ///< P onset to QRS onset
  double qrs_s = 0;  ///< QRS duration
  double qtc_s = 0;  ///< QT at RR = 1 s; QT = qtc_s * RR^(1/3) (Fridericia)
  std::vector<ShapeWave> p, qrs, t;
  std::vector<ShapeWave> st;         ///< displaced ST segment, J and U waves; empty in health
  std::vector<ShapeWave> atrial_st;  ///< repolarisation of the atria, in shares of pr_s from the P
                                     ///< onset; none in health
};

/// The waves in seconds, their duration beginning at `onset_s`, turned and scaled.
std::vector<Wave> place(const std::vector<ShapeWave>& waves, double onset_s, double duration_s,
                        double gain = 1, const Rotation& rotation = {});

/// Stretches waves so that they are visible (WaveTruth) from 0 to 1, or, with `keep_begin`, moves
/// only the visible end to 1. So the durations of a BeatShape are what truth measures.
/// Precondition: not empty.
void fit_visible_extent(std::vector<ShapeWave>& waves, bool keep_begin = false);

/// The QT interval at an RR interval (Fridericia), both in seconds.
double qt_at(double qtc_s, double rr_s);

}  // namespace ecg
