#include "train/batch_reader.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <numeric>

#include "core/philox.h"
#include "corpus/failure.h"

namespace ecg {

SignalBatch read_batch(const Corpus& corpus, std::span<const std::uint32_t> records,
                       const DamageHandler& damaged) {
  const ShardShape& shape = corpus.shape();
  const auto batch = static_cast<std::int64_t>(records.size());
  const auto leads = static_cast<std::int64_t>(shape.leads.size());
  SignalBatch out;
  out.signal = at::empty({batch, leads, static_cast<std::int64_t>(shape.samples)}, at::kFloat);
  out.lead_mask = at::empty({batch, leads}, at::kFloat);
  float* values = out.signal.data_ptr<float>();
  float* present = out.lead_mask.data_ptr<float>();
  for (const std::uint32_t record : records) {
    const auto read =
        corpus.read_values(record, {values, shape.values()}, {present, shape.leads.size()});
    if (!read && !damaged) throw Failure(read.error());
    if (!read) {
      damaged(record, read.error());
      std::fill_n(values, shape.values(), 0.0f);
      std::fill_n(present, leads, 0.0f);
    }
    for (std::int64_t lead = 0; lead < leads; ++lead) out.complete &= present[lead] == 1.0f;
    values += shape.values();
    present += leads;
  }
  return out;
}

SampleOrder::SampleOrder(std::vector<std::uint32_t> records, std::uint64_t seed, std::size_t block)
    : records_(std::move(records)), seed_(seed), block_(block), shuffled_epoch_(~std::uint64_t{0}) {
  if (records_.empty()) {
    throw Failure({ErrorCode::kInsufficientData, "the corpus has no training records",
                   "prepare more records, or smaller shares for validation and test", {}, {}});
  }
}

void SampleOrder::shuffle_epoch(std::uint64_t epoch) {
  RandomStream random({seed_, static_cast<std::uint32_t>(epoch), 0, 0, RandomPurpose::kShuffle});
  shuffled_epoch_ = epoch;
  if (block_ == 0) {
    shuffled_ = records_;
    random.shuffle(std::span<std::uint32_t>(shuffled_));
    return;
  }
  std::vector<std::uint32_t> blocks((records_.size() + block_ - 1) / block_);
  std::iota(blocks.begin(), blocks.end(), 0u);
  random.shuffle(std::span<std::uint32_t>(blocks));
  shuffled_.clear();
  shuffled_.reserve(records_.size());
  for (std::size_t i = 0, mixed_from = 0; i < blocks.size(); ++i) {
    const std::size_t first = blocks[i] * block_;
    const std::size_t end = std::min(first + block_, records_.size());
    for (std::size_t r = first; r < end; ++r) shuffled_.push_back(records_[r]);
    if ((i + 1) % kMixedBlocks != 0 && i + 1 != blocks.size()) continue;
    random.shuffle(std::span<std::uint32_t>(shuffled_).subspan(mixed_from));
    mixed_from = shuffled_.size();
  }
}

Turn SampleOrder::at(std::uint64_t position) {
  const std::uint64_t epoch = position / records_.size();
  if (epoch != shuffled_epoch_) shuffle_epoch(epoch);
  return {static_cast<std::uint32_t>(epoch), shuffled_[position % records_.size()]};
}

}  // namespace ecg
