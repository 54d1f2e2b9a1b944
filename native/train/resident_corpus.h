#pragma once
// The records of a corpus in a device's memory, so that steps wait for no disk and no bus.

#include <torch/types.h>

#include <cstdint>
#include <span>
#include <vector>

#include "corpus/corpus.h"
#include "train/batch_reader.h"

namespace ecg {

/// Share of a device's free memory that records may take; the rest is for training.
inline constexpr double kMostResidentShare = 0.8;

/// Bytes that can be had on a device now: on the CPU what the system calls available, -1 where it
/// does not say.
std::int64_t free_bytes_of(torch::Device device);

/// Records as the shards hold them, int16 with a gain per lead: half of what float32 would take.
class ResidentCorpus {
 public:
  /// Reads `records` (positions in the index), checks them against their checksums and copies them
  /// to the device. A damaged one is read_batch's matter, here at once instead of at its turn.
  /// Throws Failure (kTooLarge, with the bytes needed and those at hand) when they take more than
  /// kMostResidentShare of `free_bytes`; a negative number: not checked.
  ResidentCorpus(const Corpus& corpus, std::span<const std::uint32_t> records, torch::Device device,
                 std::int64_t free_bytes, const DamageHandler& damaged = {});

  /// read_batch of resident records, to the bit: gathered and converted where they lie.
  /// SignalBatch::signal is on the device, lead_mask on the CPU, where masks are drawn.
  SignalBatch read(std::span<const std::uint32_t> records) const;

  /// Of device memory.
  std::int64_t bytes() const;

 private:
  std::vector<std::uint32_t> row_of_;   ///< by position in the index
  std::vector<std::uint8_t> complete_;  ///< by row: every lead is present
  torch::Tensor counts_;                ///< [records, leads, samples] int16 on the device
  torch::Tensor gains_;                 ///< [records, leads, 1] float32 on the device
  torch::Tensor present_;               ///< [records, leads] float32 on the CPU
};

}  // namespace ecg
