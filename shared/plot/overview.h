#pragma once
// Overview: one lead of a whole recording as its lowest and highest value per column, for the strip
// below the sheet.

#include <cstddef>
#include <vector>

#include "core/signal.h"

namespace ecg {

/// Column i covers samples [i * sample_count / columns, (i + 1) * sample_count / columns).
/// Both values are NaN where every sample is missing.
struct Overview {
  std::size_t lead = 0;
  double duration_s = 0;
  std::vector<float> low_mv;
  std::vector<float> high_mv;
  float lowest_mv = 0;  ///< of the whole lead; 0 when nothing is recorded
  float highest_mv = 0;
};

/// One pass over the lead, O(samples); keep the result until recording or width change. At most one
/// column per sample. Empty if the signal has no such lead or no samples.
Overview build_overview(const SignalView& signal, std::size_t lead, std::size_t columns);

/// The lead that an overview or rhythm strip shows: II, else the first of MLII, V1, V5, I that is
/// there, else row 0. Precondition: lead_count > 0.
std::size_t rhythm_lead(const SignalView& signal);

}  // namespace ecg
