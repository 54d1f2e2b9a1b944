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
      flat_leads;  ///< rows that hold one single value, or only missing samples
  std::vector<std::size_t> clipped_leads;  ///< rows that stay at their lowest or highest value
  SampleIndex missing_samples = 0;         ///< NaN values over all leads
  std::vector<std::string> warnings;
};

/// Checks the main signal of a recording; never changes it. Warned of: limb leads that contradict
/// each other (beyond 0.02 mV and two counts), flat, clipped and missing samples, more than 20 mV,
/// less than 0.05 mV in all leads of 2 s or more, counts beyond the bits that the file states, a
/// lead that is there twice, a calibration pulse at the end of every lead, and rates outside 50 Hz
/// to 32 kHz.
RecordingChecks check_recording(const Recording& recording);

}  // namespace ecg
