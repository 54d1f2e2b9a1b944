#include "train/batch_reader.h"

#include <ATen/Functions.h>

#include <algorithm>

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

SampleOrder::SampleOrder(std::vector<std::uint32_t> records, std::uint64_t seed)
    : records_(std::move(records)), seed_(seed), shuffled_epoch_(~std::uint64_t{0}) {
  if (records_.empty()) {
    throw Failure({ErrorCode::kInsufficientData, "the corpus has no training records",
                   "prepare more records, or smaller shares for validation and test", {}, {}});
  }
}

Turn SampleOrder::at(std::uint64_t position) {
  const std::uint64_t epoch = position / records_.size();
  if (epoch != shuffled_epoch_) {
    shuffled_ = records_;
    RandomStream random({seed_, static_cast<std::uint32_t>(epoch), 0, 0, RandomPurpose::kShuffle});
    random.shuffle(std::span<std::uint32_t>(shuffled_));
    shuffled_epoch_ = epoch;
  }
  return {static_cast<std::uint32_t>(epoch), shuffled_[position % records_.size()]};
}

}  // namespace ecg
