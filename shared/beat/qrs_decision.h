#pragma once
// Which humps of a QRS energy are heartbeats: adaptive thresholds, search-back, T-wave rejection.

#include <span>
#include <vector>

#include "core/signal.h"

namespace ecg {

/// A local maximum of the QRS energy's root.
struct QrsCandidate {
  SampleIndex at = 0;  ///< grid point
  float height = 0;    ///< relative to the local beats' (about 1)
};

/// Rules of the decision. Heights are relative to the median of the neighbouring beats.
struct DecisionRules {
  double refractory_s = 0.200;       ///< no two beats are closer: 300 per minute
  double fast_s = 0.230;             ///< where the usual interval is shorter than this,
  double fast_refractory_s = 0.170;  ///< two may be this close: 300 per minute, not quite even
  float first_height = 0.40f;        ///< accepted before anything is known of the neighbours
  float threshold = 0.38f;           ///< accepted, once the neighbouring beats are known
  float search_back = 0.20f;         ///< accepted where a beat is overdue
  double overdue = 1.6;              ///< an interval this many times the local median is searched
  double t_wave_s = 0.360;           ///< a hump this soon after a beat may be its T wave
  float t_wave_height = 0.60f;       ///< and is, if lower than this part of that beat
  double p_wave_s = 0.280;           ///< a hump this shortly before a beat may be its P wave
  float p_wave_height = 0.70f;       ///< and is, if lower than this part of that beat
};

/// Typical height and noise of an energy around each moment, per window of two seconds.
struct EnergyLevels {
  SampleIndex window = 1;     ///< grid points per window
  std::vector<float> signal;  ///< energy at the top of a beat
  std::vector<float> noise;   ///< energy between beats
};

/// Levels of one lead's energy: per window, the median over the eleven windows around it.
EnergyLevels energy_levels(std::span<const float> energy, double rate_hz);

/// Local maxima of relative heights, at least `refractory_s` apart (the higher one stays).
std::vector<QrsCandidate> qrs_candidates(std::span<const float> heights, double rate_hz,
                                         double refractory_s);

/// The candidates that are heartbeats, ascending.
std::vector<SampleIndex> decide_beats(std::span<const QrsCandidate> candidates, double rate_hz,
                                      const DecisionRules& rules);

/// The heartbeats among all local maxima of relative heights, ascending: as two calls of the above,
/// a second time with less time between beats where they come very fast.
std::vector<SampleIndex> find_beats(std::span<const float> heights, double rate_hz,
                                    const DecisionRules& rules);

}  // namespace ecg
