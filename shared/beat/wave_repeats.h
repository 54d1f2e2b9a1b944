#pragma once
// Whether a wave of an averaged beat is there in the single beats: whether it keeps its shape and
// place. Fibrillating atria and the tail of a T wave do not.

#include <vector>

#include "beat/similar_beats.h"
#include "beat/wave_edges.h"

namespace ecg {

/// How one beat agrees with the others of its group in the span of a wave.
struct Repeat {
  float correlation = 0;  ///< of its shape in all leads with the mean of the others, -1 to 1
  SampleIndex shift = 0;  ///< grid points by which the wave lies later than in the average
};

/// Per member of the group: agreement from onset to offset of `wave`, each lead freed from the line
/// between its ends. A beat that agrees with less than `enough` is also tried at places up to
/// `reach` grid points to either side, where `shifted_enough` is asked of it; if that fails, the
/// agreement at the wave's own place is returned. A group of one beat has nothing to agree with:
/// empty.
std::vector<Repeat> wave_repeats(const LeadGrid& grid, const BeatGroup& group,
                                 const WaveEdges& wave, float enough, float shifted_enough,
                                 SampleIndex reach);

/// Middle correlation of the members; 1 if there are none.
float usual_correlation(const std::vector<Repeat>& repeats);

/// Correlation of the shape of `wave` in one average with that of `like` in another, at the best of
/// the places up to `reach` grid points around it.
float likeness(const BeatSpan& span, const BeatGroup& group, const WaveEdges& wave,
               const BeatGroup& like_group, const WaveEdges& like, SampleIndex reach);

}  // namespace ecg
