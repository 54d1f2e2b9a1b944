#pragma once
// Plausibility of a recording: do its leads fit each other, is anything flat, missing or clipped?

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/recording.h"

namespace ecg {

/// What check_recording found. Warnings are whole sentences for people.
struct RecordingChecks {
  /// Largest |III - (II - I)|, |aVR + (I + II)/2|, |aVL - (I - III)/2|, |aVF - (II + III)/2| over
  /// the samples of the limb leads present; nullopt when no identity can be tested.
  std::optional<double> limb_lead_residual_mv;
  std::vector<std::size_t>
      flat_leads;                   ///< rows that hold one single value, or only missing samples
  SampleIndex missing_samples = 0;  ///< NaN values over all leads
  std::vector<std::string> warnings;
};

/// Checks the main signal of a recording. Never changes it.
RecordingChecks check_recording(const Recording& recording);

}  // namespace ecg
