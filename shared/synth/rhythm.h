#pragma once
// Rhythm: when atria and ventricles are activated, and from where. Knows nothing of wave forms.

#include <cstdint>
#include <optional>
#include <vector>

#include "synth/anatomy.h"
#include "synth/catalogue.h"
#include "synth/respiration.h"

namespace ecg {

/// One ventricular activation.
struct PlannedBeat {
  double qrs_onset_s = 0;
  double recovery_rr_s = 0;            ///< RR interval that sets this beat's QT
  std::optional<double> p_onset_s;     ///< of the P wave conducted to it
  char symbol = 'N';                   ///< WFDB beat code
};

/// The activations of a recording, some before its start and after its end, in time order.
struct RhythmPlan {
  std::vector<PlannedBeat> beats;
};

/// What a rhythm is planned from.
struct RhythmRequest {
  std::uint64_t seed = 0;
  std::uint64_t index = 0;
  double duration_s = 0;
  double rate_bpm = 0;
};

/// Sinus rhythm: RR follows respiration (high frequency), a slow wave near 0.1 Hz and a little
/// noise; PR shortens slightly with rate.
RhythmPlan plan_sinus(const RhythmRequest& request, const Anatomy& person,
                      const Respiration& respiration);

}  // namespace ecg
