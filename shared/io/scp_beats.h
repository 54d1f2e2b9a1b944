#pragma once
// QRS locations of SCP-ECG (EN 1064, section 4): where a reference beat was subtracted from the
// rhythm, and where the rhythm kept its full sampling rate.

#include <cstdint>
#include <span>
#include <vector>

#include "core/result.h"
#include "io/scp_sections.h"

namespace ecg {

/// A stretch of samples, counted from 1, both ends included.
struct ScpStretch {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// A beat that the reference beat was subtracted from.
struct ScpSubtraction {
  ScpStretch stretch;
  std::int64_t fiducial = 0;  ///< sample that the fiducial point of the reference beat lies on
};

/// Section 4.
struct ScpQrsLocations {
  std::int64_t reference_fiducial = 0;       ///< in samples of the reference beat, from 1
  std::vector<ScpSubtraction> subtractions;  ///< beats of type 0 only
  std::vector<ScpStretch> full_rate;         ///< protected zones, in time order
};

/// Errors: kTruncated.
Result<ScpQrsLocations> parse_scp_qrs(const NamedBytes& file, const ScpSection& section);

/// Runs of a bimodal lead: one stored value per sample, or per `ratio` samples.
struct ScpRun {
  std::int64_t samples = 0;
  bool is_full_rate = false;
};

/// The runs of a lead that holds the samples `lead`.
std::vector<ScpRun> bimodal_runs(std::span<const ScpStretch> full_rate, ScpStretch lead, int ratio);

/// Stored values of those runs.
std::int64_t stored_values(std::span<const ScpRun> runs, int ratio);

/// Brings back `ratio` samples per stored mean: half a group held at both ends of a run, straight
/// lines between. Precondition: stored_values(runs, ratio) values.
std::vector<double> expand_bimodal(std::span<const ScpRun> runs, int ratio,
                                   std::span<const std::int32_t> stored);

}  // namespace ecg
