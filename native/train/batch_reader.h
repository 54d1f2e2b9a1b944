#pragma once
// Batches of a corpus in an order that is a function of seed and position alone.

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "corpus/corpus.h"

namespace ecg {

/// Signals of several records.
struct SignalBatch {
  torch::Tensor signal;     ///< [batch, leads, samples] float32, normalised
  torch::Tensor lead_mask;  ///< [batch, leads] float32, 1 = present
  bool complete = true;     ///< every lead of every record is present
};

/// Told of a record that cannot be read: its position in the corpus' index, and why. May throw.
using DamageHandler = std::function<void(std::uint32_t record, const Error& error)>;

/// Reads the named records (positions in the corpus' index). A damaged record throws Failure; with
/// a handler that returns, it enters as one without any lead, which no loss counts.
SignalBatch read_batch(const Corpus& corpus, std::span<const std::uint32_t> records,
                       const DamageHandler& damaged = {});

/// A record at its turn.
struct Turn {
  std::uint32_t epoch = 0;
  std::uint32_t record = 0;  ///< position in the corpus' index
};

/// Blocks of consecutive records that are mixed with each other in a block shuffle.
inline constexpr std::size_t kMixedBlocks = 16;

/// The endless sequence of training records: epoch after epoch, each in its own order. Holds 8
/// bytes a record, however many epochs are asked for.
class SampleOrder {
 public:
  /// `block` > 0: blocks of that many consecutive records are shuffled as wholes, then the records
  /// among kMixedBlocks blocks at a time, so that a cold disk reads long stretches. 0: all records.
  /// Throws Failure (kInsufficientData) when `records` is empty.
  SampleOrder(std::vector<std::uint32_t> records, std::uint64_t seed, std::size_t block = 0);

  /// Record number `position` of the run. Positions may be asked for in any order; nearby ones are
  /// cheap.
  Turn at(std::uint64_t position);

 private:
  void shuffle_epoch(std::uint64_t epoch);

  std::vector<std::uint32_t> records_, shuffled_;
  std::uint64_t seed_;
  std::size_t block_;
  std::uint64_t shuffled_epoch_;
};

}  // namespace ecg
