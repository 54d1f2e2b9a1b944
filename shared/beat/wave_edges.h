#pragma once
// Edges of P, QRS and T on an averaged beat.

#include <span>
#include <vector>

#include "beat/beat_marks.h"
#include "beat/similar_beats.h"

namespace ecg {

/// Rules of the delineation. Slopes are relative to the steepest of the wave.
struct EdgeRules {
  double qrs_scale_s = 0.007;  ///< standard deviation of the Gaussian for the QRS
  double p_scale_s = 0.014;    ///< and for the P wave
  double t_scale_s = 0.022;    ///< and for the T wave
  double p_gap_s = 0.016;      ///< from the P wave's end to the QRS at least
  double t_gap_s = 0.040;      ///< from the QRS to the T wave at least
  double p_reach_s = 0.300;    ///< how long before the QRS a P wave may begin
  float pr_usual_s = 0.160f;   ///< time that the T wave leaves to the next P wave, at first
  float qt_most = 0.50f;    ///< latest end of a T wave after the R peak, s at one beat per second
  float qrs_onset = 0.06f;  ///< slope at which a wave begins or ends
  float qrs_offset = 0.08f;
  float p_onset = 0.25f;
  float p_offset = 0.25f;
  float t_onset = 0.25f;
  float t_offset = 0.15f;
  float own_qrs_onset = 0.3f;  ///< weight of a lead's own edge against that of all leads
  float own_qrs_offset = 0.3f;
  float own_p_onset = 0.3f;
  float own_p_offset = 0.3f;
  float own_t_onset = 0.3f;
  float own_t_offset = 0.3f;
  double own_limit_s = 0.040;  ///< a lead's own edge is heard no further from that of all leads
  float hump = 0.35f;          ///< a slope this high belongs to the wave
  float p_energy = 2.0f;       ///< a wave has this many times the energy that noise explains
  float t_energy = 2.0f;
  double p_longest_s = 0.200;  ///< a longer one is no P wave
  float p_sharp = 2.5f;        ///< a slope that much steeper at the QRS's scale is a pacing spike
  float p_usual = 0.6f;        ///< correlation of single beats' P waves with their mean
  float p_repeat = 0.4f;       ///< below it a beat lacks the P wave of the others
  float p_repeat_shifted = 0.85f;  ///< asked of a P wave away from its usual place
  float p_like = 0.6f;             ///< of the P wave of a rare shape with that of the commonest
  double p_wander_s = 0.100;       ///< how far a P wave is looked for from its usual place
};

/// A wave in grid points relative to the beat's centre; fractions by interpolation.
struct WaveEdges {
  float onset = 0, peak = 0, offset = 0;
  WaveStatus status = WaveStatus::kNotSearched;

  bool found() const { return status == WaveStatus::kFound; }
};

/// The three waves of one beat.
struct BeatEdges {
  WaveEdges p, qrs, t;
};

/// Usual intervals from a group's beats to the R peaks beside them, in grid points.
struct Neighbours {
  float to_last = 0, to_next = 0;
};

/// Edges of an average in all leads together and in each.
struct AverageEdges {
  BeatEdges all;
  std::vector<BeatEdges> leads;
};

/// Finds them. Waves are looked for where the neighbouring beats leave room: the T wave before the
/// next P wave, the P wave after the T wave before.
AverageEdges find_edges(const BeatGroup& group, const BeatSpan& span, double rate_hz,
                        const Neighbours& neighbours, const EdgeRules& rules = {});

}  // namespace ecg
