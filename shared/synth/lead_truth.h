#pragma once
// What each standard lead shows of a beat, noise-free.

#include <vector>

#include "synth/heart.h"
#include "synth/truth.h"

namespace ecg {

/// The twelve leads in the order of kTwelveLeads, from the waves of one beat (P, QRS, ST and T).
/// Values are relative to the instant of the QRS onset.
std::vector<LeadTruth> measure_leads(const BeatWaves& beat, const LeadField& field);

}  // namespace ecg
