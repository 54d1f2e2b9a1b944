#pragma once
// The beats of a batch of records as tensors.

#include <cstdint>
#include <vector>

#include "nn/clear_model.h"
#include "objective/objective_config.h"
#include "pretext/beat_input.h"

namespace ecg {

/// Tables of beats, and where in the records those lie.
struct BeatTables {
  BeatBatch batch;
  std::vector<BeatInput> records;
  std::vector<std::vector<std::int32_t>> r_peaks;  ///< of every record, those beyond a table too
};

/// Beats of signal [batch, leads, samples] with lead_mask [batch, leads] (float32, on the CPU) as
/// config.clear_hug wants them. r_peaks: per record; where they are missing or empty, find_r_peaks
/// looks for them. Throws Failure.
BeatTables beat_tables(const torch::Tensor& signal, const torch::Tensor& lead_mask,
                       const std::vector<std::vector<std::int32_t>>& r_peaks,
                       const ObjectiveConfig& config);

/// The same from whatever device and type, for records of which nothing else is known: what absent
/// leads hold is not looked at.
BeatTables beat_tables(const torch::Tensor& signal, const torch::Tensor& lead_mask,
                       const ObjectiveConfig& config);

}  // namespace ecg
