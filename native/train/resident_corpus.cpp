#include "train/resident_corpus.h"

#include <ATen/DeviceAccelerator.h>
#include <ATen/Functions.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>

#include "core/assert.h"
#include "corpus/failure.h"
#include "objective/batch.h"

namespace ecg {
namespace {

constexpr std::uint32_t kAbsent = ~std::uint32_t{0};
constexpr std::int64_t kRecordsAtATime = 256;  ///< copied to the device

std::string gigabytes(double bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g GB", bytes / 1e9);
  return text;
}

void check_room(const ShardShape& shape, std::size_t records, torch::Device device,
                std::int64_t free_bytes) {
  const auto leads = static_cast<double>(shape.leads.size());
  const double wanted =
      static_cast<double>(records) * leads * (2.0 * shape.samples + sizeof(float));
  const auto at_hand = static_cast<double>(free_bytes);
  if (free_bytes < 0 || wanted <= kMostResidentShare * at_hand) return;
  throw Failure({ErrorCode::kTooLarge,
                 "corpus.placement = \"device\": " + std::to_string(records) +
                     " training records take " + gigabytes(wanted) + "; of " + gigabytes(at_hand) +
                     " free on " + device.str() + ", " + gigabytes(kMostResidentShare * at_hand) +
                     " may hold records",
                 "use corpus.placement = \"disk\", or a corpus of fewer, shorter or slower records",
                 {},
                 {}});
}

/// A part of the records on its way to the device.
struct Staging {
  Staging(const ShardShape& shape, bool pinned) {
    const auto leads = static_cast<std::int64_t>(shape.leads.size());
    const auto options = at::TensorOptions().pinned_memory(pinned);
    counts = at::zeros({kRecordsAtATime, leads, static_cast<std::int64_t>(shape.samples)},
                       options.dtype(at::kShort));
    gains = at::zeros({kRecordsAtATime, leads, 1}, options.dtype(at::kFloat));
  }

  /// One record into row `row`, its lead mask into `present`.
  void read(const Corpus& corpus, std::uint32_t record, std::int64_t row, std::span<float> present,
            const DamageHandler& damaged) {
    const std::size_t values = corpus.shape().values(), leads = present.size();
    auto* into = counts.data_ptr<std::int16_t>() + static_cast<std::size_t>(row) * values;
    auto* gain = gains.data_ptr<float>() + static_cast<std::size_t>(row) * leads;
    const auto read = corpus.read_counts(record, {into, values}, {gain, leads}, present);
    if (read) return;
    if (!damaged) throw Failure(read.error());
    damaged(record, read.error());
    std::fill_n(into, values, std::int16_t{0});
    std::fill_n(gain, leads, 0.0f);
    std::fill(present.begin(), present.end(), 0.0f);
  }

  at::Tensor counts, gains;
};

}  // namespace

std::int64_t free_bytes_of(torch::Device device) {
  if (!device.is_cpu()) {
    const auto index = device.has_index() ? device.index() : at::accelerator::getDeviceIndex();
    return static_cast<std::int64_t>(at::accelerator::getMemoryInfo(index).first);
  }
  std::ifstream lines("/proc/meminfo");
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("MemAvailable:", 0) == 0) return 1024 * std::stoll(line.substr(13));
  }
  return -1;
}

ResidentCorpus::ResidentCorpus(const Corpus& corpus, std::span<const std::uint32_t> records,
                               torch::Device device, std::int64_t free_bytes,
                               const DamageHandler& damaged)
    : row_of_(corpus.index().size(), kAbsent) {
  const ShardShape& shape = corpus.shape();
  check_room(shape, records.size(), device, free_bytes);
  const auto rows = static_cast<std::int64_t>(records.size());
  const auto leads = static_cast<std::int64_t>(shape.leads.size());
  const at::TensorOptions options(device);
  counts_ =
      at::empty({rows, leads, static_cast<std::int64_t>(shape.samples)}, options.dtype(at::kShort));
  gains_ = at::empty({rows, leads, 1}, options.dtype(at::kFloat));
  present_ = at::empty({rows, leads}, at::kFloat);
  Staging staging(shape, device.is_cuda());
  float* present = present_.data_ptr<float>();
  for (std::int64_t first = 0; first < rows; first += kRecordsAtATime) {
    const std::int64_t count = std::min(kRecordsAtATime, rows - first);
    for (std::int64_t i = 0; i < count; ++i, present += leads) {
      const std::uint32_t record = records[static_cast<std::size_t>(first + i)];
      const std::span<float> own(present, shape.leads.size());
      row_of_[record] = static_cast<std::uint32_t>(first + i);
      staging.read(corpus, record, i, own, damaged);
      complete_.push_back(std::count(own.begin(), own.end(), 1.0f) == leads ? 1 : 0);
    }
    counts_.narrow(0, first, count).copy_(staging.counts.narrow(0, 0, count));
    gains_.narrow(0, first, count).copy_(staging.gains.narrow(0, 0, count));
  }
}

SignalBatch ResidentCorpus::read(std::span<const std::uint32_t> records) const {
  auto rows = at::empty({static_cast<std::int64_t>(records.size())}, at::kLong);
  auto* row = rows.data_ptr<std::int64_t>();
  SignalBatch out;
  for (const std::uint32_t record : records) {
    ECG_ASSERT(record < row_of_.size() && row_of_[record] != kAbsent);
    *row++ = row_of_[record];
    out.complete &= complete_[row_of_[record]] != 0;
  }
  out.lead_mask = present_.index_select(0, rows);
  rows = sent_to(rows, counts_.device());
  out.signal = counts_.index_select(0, rows).to(at::kFloat);
  out.signal.mul_(gains_.index_select(0, rows));
  return out;
}

std::int64_t ResidentCorpus::bytes() const {
  return static_cast<std::int64_t>(counts_.nbytes() + gains_.nbytes());
}

}  // namespace ecg
