#include "train/forward.h"

#include <ATen/autocast_mode.h>
#include <torch/cuda.h>

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
  return batch.visible_index.defined() ? model->predict_dropped(batch.patches, batch.visible_index)
                                       : model->predict_masked(batch.patches, batch.visible);
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

AutocastScope::AutocastScope(const TrainConfig& config, torch::Device device) : type_(device.type()) {
  active_ = config.precision == "bfloat16" || (config.precision == "auto" && device.is_cuda());
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
