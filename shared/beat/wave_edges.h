#pragma once
// Edges of P, QRS and T on an averaged beat.

#include <span>
#include <vector>

#include "beat/beat_marks.h"
#include "beat/similar_beats.h"

namespace ecg {

/// Where one kind of wave begins and ends. Slopes are relative to the steepest of the wave.
struct WaveRules {
  double scale_s = 0;   ///< standard deviation of the Gaussian that slopes are seen through
  float onset = 0;      ///< slope in all leads together at which the wave begins
  float offset = 0;     ///< and ends
  float own_onset = 0;  ///< the same in a single lead
  float own_offset = 0;
  float trust_onset = 0;  ///< weight of a clear lead's own edge against that of all leads
  float trust_offset = 0;
  float least = 0;     ///< what the thresholds are never below, however quiet it is around
  double reach_s = 0;  ///< between the steepest slope and others of the wave
  /// Weights of the second earliest (latest) own edge in the global one, against that of all leads.
  float merge_onset = 0.40f, merge_offset = 0.40f;
};

/// Rules of the delineation; chosen on half of the records of LUDB (tests/bench, beats): global
/// edges lie between the middle and the outermost of the readers' twelve.
struct EdgeRules {
  WaveRules p{0.011, 0.26f, 0.44f, 0.33f, 0.55f, 0.60f, 0.98f, 0.0f, 0.124};
  WaveRules qrs{0.006, 0.01f, 0.075f, 0.04f, 0.035f, 0.41f, 0.47f, 0.044f, 0.0, 0.0f};
  WaveRules t{0.0144, 0.137f, 0.13f, 0.15f, 0.35f, 0.83f, 0.66f, 0.0f, 0.200};
  double qrs_left_s = 0.120;         ///< the steepest part of the QRS lies this near before R
  double qrs_right_s = 0.140;        ///< and this near after it
  double qrs_before_s = 0.095;       ///< the onset lies at most this far before a surely QRS slope
  double qrs_after_s = 0.060;        ///< and the offset this far after one
  double qrs_notch_s = 0.020;        ///< a rest this short within the QRS does not end it
  float qrs_sure = 0.34f;            ///< a slope this high is surely the QRS
  float qrs_most = 0.66f;            ///< of the time between beats: a longer one has no edges
  float share_on = 0.010f;           ///< of the largest deflection: there the QRS begins
  float share_off = 0.015f;          ///< or ends
  float rest_noise = 3.0f;           ///< but this many times the noise beside it at least
  double rest_s = 0.040;             ///< what lies this long
  double rest_gap_s = 0.004;         ///< and this far beside the QRS is the level it leaves
  double readers_on_s = 0.0030;      ///< readers see the global onset this much earlier
  double p_gap_s = 0.020;            ///< from the P wave's end to the QRS at least
  double p_reach_s = 0.400;          ///< how long before the QRS a P wave may begin
  double p_reach_crowded_s = 0.190;  ///< the same at high rates
  double p_longest_s = 0.200;        ///< a longer one is no P wave
  float p_sharp = 1.8f;              ///< a slope that much steeper at the QRS's scale: pacing spike
  float p_usual = 0.6f;              ///< correlation of single beats' P waves with their mean
  float p_repeat = 0.4f;             ///< below it a beat lacks the P wave of the others
  float p_repeat_shifted = 0.85f;    ///< asked of a P wave away from its usual place
  float p_like = 0.6f;               ///< of the P wave of a rare shape with that of the commonest
  double p_wander_s = 0.100;         ///< how far a P wave is looked for from its usual place
  double t_gap_s = 0.042;            ///< from the QRS to the T wave at least
  float pr_least_s = 0.04f;          ///< and at least
  float qt_least = 0.28f;            ///< end of the T wave where none was found, as qt_most
  float pr_usual_s = 0.14f;          ///< time that the T wave leaves to the next P wave, at first
  float qt_most = 0.45f;             ///< latest end of a T wave after R, s at one beat per second
  float pair_hump = 0.06f;           ///< and to the P wave that a steeper T wave runs into
  float fused_t = 0.20f;             ///< a T wave that meets the next P wave at this part of its
                                     ///< height has no end that can be seen
  float fused_p = 0.35f;             ///< and a P wave no beginning
  double p_alone_s = 0.120;          ///< what stands in so little time after the QRS is no P wave
                                     ///< unless a T wave was found before it
  float hump = 0.41f;                ///< a slope this high belongs to a P or T wave
  float energy = 2.0f;               ///< P and T have this many times the energy noise explains
  float faint_mv = 0.002f;           ///< the own edges of a wave of this size count half
  double own_limit_s = 0.042;        ///< they are heard no further from the edge of all leads
};

/// A wave in grid points relative to the beat's centre; fractions by interpolation.
struct WaveEdges {
  float onset = 0, peak = 0, offset = 0;
  WaveStatus status = WaveStatus::kNotSearched;
  bool onset_hidden = false;   ///< it rises out of the wave before: where it begins cannot be seen
  bool offset_hidden = false;  ///< the wave after rises out of it

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
  BeatEdges all;                 ///< global: all leads together and the outermost of each
  std::vector<BeatEdges> leads;  ///< each lead, drawn to the edges of all where it is not clear
};

/// Finds them. Waves are looked for where the neighbouring beats leave room: the T wave before the
/// next P wave, the P wave after the T wave before.
AverageEdges find_edges(const BeatGroup& group, const BeatSpan& span, double rate_hz,
                        const Neighbours& neighbours, const EdgeRules& rules = {});

}  // namespace ecg
