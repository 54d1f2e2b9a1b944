#include "train/forward.h"

#include <ATen/autocast_mode.h>
#include <torch/cuda.h>

#include <algorithm>

#include "core/philox.h"
#include "corpus/failure.h"
#include "train/batch_views.h"

namespace ecg {
TokenGrid grid_of(const MaeConfig& config) {
  return {config.leads.size(), static_cast<std::size_t>(config.columns), config.patch_samples};
}

MaskedBatch make_batch(const Corpus& corpus, std::span<const Turn> turns, const TrainConfig& config,
                       torch::Device device, const DamageHandler& damaged) {
  std::vector<std::uint32_t> records;
  for (const Turn& turn : turns) records.push_back(turn.record);
  SignalBatch signals = read_batch(corpus, records, damaged);
  const bool held_out = !turns.empty() && turns[0].epoch == kHeldOutEpoch;
  if (!held_out) augment_batch(signals.signal, turns, config);
  const TokenBatch masks = draw_masks(signals.signal, turns, config);
  const auto& model = config.model;
  MaskedBatch batch;
  batch.patches = patches_from_signal(signals.signal, model.patch_samples).to(device);
  const auto present = visible_tokens(signals.lead_mask, {}, model.columns);
  batch.visible = (present * (1 - masks.hidden)).to(device);
  batch.counted = (present * masks.hidden).to(device);
  if (signals.complete && masks.visible_index.defined()) {
    batch.visible_index = masks.visible_index.to(device);
  }
  return batch;
}

torch::Tensor predict(MaskedAutoencoder& model, const MaskedBatch& batch) {
  return batch.visible_index.defined() ? model->predict_dropped(batch.patches, batch.visible_index, batch.path_scale)
                                       : model->predict_masked(batch.patches, batch.visible, batch.path_scale);
}

torch::Tensor path_scale(std::span<const Turn> turns, const TrainConfig& config) {
  if (config.drop_path == 0) return {};
  const std::int64_t depth = config.model.depth;
  const auto batch = static_cast<std::int64_t>(turns.size());
  const auto scale = torch::empty({depth, 2, batch}, torch::kFloat32);
  auto values = scale.accessor<float, 3>();
  for (std::int64_t b = 0; b < batch; ++b) {
    const Turn& turn = turns[static_cast<std::size_t>(b)];
    RandomStream random({static_cast<std::uint64_t>(config.seed), turn.epoch, turn.record, 0,
                         RandomPurpose::kDropout});
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
  if (torch::cuda::is_available()) return torch::kCUDA;
  if (config.device == "cuda") {
    throw Failure({ErrorCode::kUnsupported, "run.device = \"cuda\", but this LibTorch sees no CUDA device",
                   "use run.device = \"cpu\", or a LibTorch built for CUDA (Torch_DIR)", {}, {}});
  }
  return torch::kCPU;
}

bool trains_in_bfloat16(const TrainConfig& config, torch::Device device) {
  return config.precision == "bfloat16" || (config.precision == "auto" && device.is_cuda());
}

AutocastScope::AutocastScope(const TrainConfig& config, torch::Device device) : type_(device.type()) {
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
