#include "objective/hybrid_system.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include "objective/views.h"

namespace ecg {

HybridSystem::HybridSystem(const ObjectiveConfig& config)
    : System(config), autoencoder_(config.model, static_cast<std::uint64_t>(config.seed)) {
  register_module("encoder", autoencoder_->encoder);
  register_module("decoder", autoencoder_->decoder);
}

bool HybridSystem::needs_details() const { return masks_need_beats(config()); }

void HybridSystem::prepare(Batch& batch) const {
  for (std::int64_t view = 0; view < config().views; ++view) {
    batch.views.push_back(masked_view(batch, static_cast<std::uint16_t>(view), config()));
  }
}

std::vector<LossTerm> HybridSystem::terms() const {
  const double weight = config().reconstruction.weight;
  return {{"patch", weight}, {"level", weight * kLevelWeight}, {"spread", weight * kLevelWeight}};
}

torch::Tensor HybridSystem::counts(const Batch& batch) const {
  torch::Tensor tokens = torch::zeros({}, batch.signal.options().dtype(torch::kFloat64));
  for (const View& view : batch.views) tokens = tokens + view.counted.sum(torch::kFloat64);
  return tokens.expand({3}).contiguous();
}

std::vector<torch::Tensor> HybridSystem::sums(const Batch& batch, const Communicator&) {
  std::vector<torch::Tensor> sums(3);
  for (const View& view : batch.views) {
    const auto prediction = predict_view(view, batch.path_scale);
    const auto loss = masked_reconstruction_loss(prediction, patches_of(view.target), view.counted,
                                                 config().model.patch_epsilon);
    const auto tokens = view.counted.sum();
    const torch::Tensor parts[] = {loss.patch * tokens, loss.level * tokens, loss.spread * tokens};
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] = sums[i].defined() ? sums[i] + parts[i] : parts[i];
    }
  }
  return sums;
}

EncodedBatch HybridSystem::encode(const torch::Tensor& signal, const torch::Tensor& lead_mask) {
  return autoencoder_->encode(signal, lead_mask);
}

std::optional<PatchPrediction> HybridSystem::predict(const View& view) {
  return PatchPrediction{predict_view(view, {}), patches_of(view.target)};
}

torch::Tensor HybridSystem::reconstruct(const torch::Tensor& signal, const torch::Tensor& lead_mask,
                                        const torch::Tensor& token_mask) {
  return autoencoder_->reconstruct(signal, lead_mask, token_mask);
}

double HybridSystem::training_flops(double counted) const {
  const auto views = static_cast<double>(config().views);
  const auto visible = static_cast<std::int64_t>(static_cast<double>(config().model.token_count()) -
                                                 counted / views);
  return views * ecg::training_flops(config().model, visible);
}

// By dropping hidden tokens where every record shows equally many, else by key masking, which gives
// the same.
torch::Tensor HybridSystem::predict_view(const View& view, const torch::Tensor& path_scale) {
  const auto patches = patches_of(view.signal);
  return view.visible_index.defined()
             ? autoencoder_->predict_dropped(patches, view.visible_index, path_scale)
             : autoencoder_->predict_masked(patches, view.visible, path_scale);
}

torch::Tensor HybridSystem::patches_of(const torch::Tensor& signal) const {
  return patches_from_signal(signal, config().model.patch_samples);
}

}  // namespace ecg
