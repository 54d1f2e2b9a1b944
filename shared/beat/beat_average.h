#pragma once
// Robust mean of beats that look alike.

#include "beat/similar_beats.h"

namespace ecg {

/// Fills mean, spread, spikes and counts of a group from its members. In each lead, and apart
/// before and after the R peak, members that differ from the others more than is usual (an
/// artefact, the T wave of an extrasystole) are left out.
void average_group(const LeadGrid& grid, const BeatSpan& span, BeatGroup& group);

}  // namespace ecg
