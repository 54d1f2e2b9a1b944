#include "train/forward.h"

#include <ATen/DeviceAccelerator.h>
#include <ATen/autocast_mode.h>
#include <torch/cuda.h>

#include <algorithm>

#include "core/fnv1a.h"
#include "core/philox.h"
#include "corpus/failure.h"

namespace ecg {
namespace {

// A record whose patient is not stated is a person of its own.
torch::Tensor patients_of(const Corpus& corpus, std::span<const Turn> turns) {
  const auto numbers = torch::empty({static_cast<std::int64_t>(turns.size())}, torch::kInt64);
  auto* out = numbers.data_ptr<std::int64_t>();
  for (const Turn& turn : turns) {
    const IndexEntry& entry = corpus.index()[turn.record];
    *out++ = static_cast<std::int64_t>(fnv1a(entry.patient.empty() ? entry.name : entry.patient));
  }
  return numbers;
}

void add_details(Batch& batch, const Corpus& corpus, std::span<const Turn> turns,
                 const DamageHandler& damaged) {
  for (const Turn& turn : turns) {
    auto details = corpus.read_details(turn.record);
    if (!details && !damaged) throw Failure(details.error());
    if (!details) damaged(turn.record, details.error());
    batch.r_peaks.push_back(details ? std::move(details->r_peaks) : std::vector<std::int32_t>());
    batch.reports.push_back(details ? std::move(details->report) : std::string());
  }
}

}  // namespace

Batch make_batch(const System& system, const Corpus& corpus, std::span<const Turn> turns,
                 const DamageHandler& damaged, const ResidentCorpus* resident) {
  const ObjectiveConfig& config = system.config();
  std::vector<std::uint32_t> records;
  Batch batch;
  for (const Turn& turn : turns) {
    records.push_back(turn.record);
    batch.keys.push_back({static_cast<std::uint64_t>(config.seed), turn.epoch, turn.record, 0,
                          RandomPurpose::kMask});
  }
  SignalBatch signals = resident ? resident->read(records) : read_batch(corpus, records, damaged);
  batch.signal = system.prepares_on_device() ? std::move(signals.signal) : signals.signal.cpu();
  batch.by_tensors = !batch.signal.is_cpu();
  batch.lead_mask = std::move(signals.lead_mask);
  batch.complete = signals.complete;
  batch.held_out = !turns.empty() && turns[0].epoch == kHeldOutEpoch;
  batch.patient = patients_of(corpus, turns);
  if (system.needs_details()) add_details(batch, corpus, turns, damaged);
  if (!batch.held_out) batch.path_scale = path_scale(batch.keys, config);
  system.prepare(batch);
  return batch;
}

torch::Tensor path_scale(std::span<const RandomKey> keys, const ObjectiveConfig& config) {
  if (config.drop_path == 0) return {};
  const std::int64_t depth = config.model.depth;
  const auto batch = static_cast<std::int64_t>(keys.size());
  const auto scale = torch::empty({depth, 2, batch}, torch::kFloat32);
  auto values = scale.accessor<float, 3>();
  for (std::int64_t b = 0; b < batch; ++b) {
    RandomKey key = keys[static_cast<std::size_t>(b)];
    key.purpose = RandomPurpose::kDropout;
    RandomStream random(key);
    for (std::int64_t layer = 0; layer < depth; ++layer) {
      const double last = static_cast<double>(std::max<std::int64_t>(depth - 1, 1));
      const double dropped = config.drop_path * static_cast<double>(layer) / last;
      for (std::int64_t branch = 0; branch < 2; ++branch) {
        values[layer][branch][b] =
            random.bernoulli(dropped) ? 0.0f : static_cast<float>(1 / (1 - dropped));
      }
    }
  }
  return scale;
}

torch::Device device_of(const TrainConfig& config) {
  if (config.device == "cpu") return torch::kCPU;
  // With its number: another thread's current GPU may be another.
  if (torch::cuda::is_available()) return {torch::kCUDA, at::accelerator::getDeviceIndex()};
  if (config.device == "cuda") {
    throw Failure({ErrorCode::kUnsupported,
                   "run.device = \"cuda\", but this LibTorch sees no CUDA device",
                   "use run.device = \"cpu\", or a LibTorch built for CUDA (Torch_DIR)",
                   {},
                   {}});
  }
  return torch::kCPU;
}

bool trains_in_bfloat16(const TrainConfig& config, torch::Device device) {
  return config.precision == "bfloat16" || (config.precision == "auto" && device.is_cuda());
}

AutocastScope::AutocastScope(const TrainConfig& config, torch::Device device)
    : type_(device.type()) {
  active_ = trains_in_bfloat16(config, device);
  if (!active_) return;
  at::autocast::set_autocast_dtype(type_, at::kBFloat16);
  at::autocast::set_autocast_enabled(type_, true);
}

AutocastScope::~AutocastScope() {
  if (!active_) return;
  at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(type_, false);
}

}  // namespace ecg
