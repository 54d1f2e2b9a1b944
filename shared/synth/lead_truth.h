#pragma once
// What each standard lead shows of a beat, noise-free.

#include <span>
#include <vector>

#include "synth/heart.h"
#include "synth/truth.h"

namespace ecg {

/// Some leads in their order, from the waves of one beat (P, QRS, ST and T). Values are relative to
/// the line that the QRS leaves (LeadTruth). Precondition: can_form() every lead.
std::vector<LeadTruth> measure_leads(const BeatWaves& beat, const LeadField& field,
                                     std::span<const Lead> leads);

}  // namespace ecg
