#include "objective/hybrid_system.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include "nn/initialise.h"
#include "objective/masked_reconstruction.h"
#include "objective/views.h"

namespace ecg {
namespace {

/// Names of FdaNoise's tensors in a view.
constexpr const char* kNoiseSize = "fda_size";
constexpr const char* kNoisePhase = "fda_phase";
constexpr const char* kNoiseChance = "fda_chance";

void add_fda_noise(View& view, const Batch& batch, std::uint16_t number,
                   const ObjectiveConfig& config) {
  std::vector<RandomKey> keys = batch.keys;
  for (RandomKey& key : keys) {
    key.view = number;
    key.purpose = RandomPurpose::kFrequencyNoise;
  }
  const auto samples = static_cast<std::int64_t>(config.input.samples);
  const auto& leads = config.input.leads;
  FdaNoise noise = batch.by_tensors ? draw_fda_noise_on(view.signal, keys, leads, samples)
                                    : draw_fda_noise(keys, leads, samples);
  view.extra[kNoiseSize] = std::move(noise.size);
  view.extra[kNoisePhase] = std::move(noise.phase);
  view.extra[kNoiseChance] = std::move(noise.chance);
}

ContrastOptions contrast_options(const ContrastConfig& config) {
  return {config.temperature, same_patient_of(config.same_patient)};
}

}  // namespace

HybridSystem::HybridSystem(const ObjectiveConfig& config)
    : System(config), autoencoder_(config.model, static_cast<std::uint64_t>(config.seed)) {
  register_module("encoder", autoencoder_->encoder);
  register_module("decoder", autoencoder_->decoder);
  if (contrasts()) {
    const auto width = config.contrast.width;
    projector_ = register_module("projector", ProjectionHead(config.model.width, 2 * width, width));
    initialise_randomly(*projector_, static_cast<std::uint64_t>(config.seed));
  }
  if (config.learns_importance()) {
    importance_ = register_module(
        "importance",
        ImportanceMap(config.input.leads, config.input.samples, config.importance_bands));
  }
}

bool HybridSystem::needs_details() const {
  return masks_need_beats(config()) || config().alignment == "r_peak";
}

void HybridSystem::prepare(Batch& batch) const {
  for (std::int64_t i = 0; i < config().views; ++i) {
    const auto number = static_cast<std::uint16_t>(i);
    batch.views.push_back(masked_view(batch, number, config()));
    if (config().learns_importance() && !batch.held_out) {
      add_fda_noise(batch.views.back(), batch, number, config());
    }
  }
}

std::vector<LossTerm> HybridSystem::terms() const {
  std::vector<LossTerm> terms;
  const double weight = config().reconstruction.weight;
  if (reconstructs()) {
    terms = {
        {"patch", weight}, {"level", weight * kLevelWeight}, {"spread", weight * kLevelWeight}};
  }
  if (contrasts()) terms.push_back({"contrast", config().contrast.weight});
  return terms;
}

// [batch], 1 where a record shows something in every view: only such records are compared.
torch::Tensor HybridSystem::valid_records(const Batch& batch) const {
  auto valid = torch::ones({batch.size()}, batch.signal.options());
  for (const View& view : batch.views) valid = valid * view.visible.amax(1);
  return valid;
}

torch::Tensor HybridSystem::counts(const Batch& batch) const {
  std::vector<torch::Tensor> counts;
  if (reconstructs()) {
    auto tokens = torch::zeros({}, batch.signal.options().dtype(torch::kFloat64));
    for (const View& view : batch.views) tokens = tokens + view.counted.sum(torch::kFloat64);
    counts = {tokens, tokens, tokens};
  }
  if (contrasts()) counts.push_back(contrast_count(valid_records(batch)));
  return torch::stack(counts);
}

std::vector<torch::Tensor> HybridSystem::sums(const Batch& batch, const Communicator& ranks) {
  std::vector<torch::Tensor> sums, pooled;
  for (const View& view : batch.views) {
    const EncodedView seen = see(view, batch.path_scale);
    pooled.push_back(seen.pooled);
    if (!reconstructs()) continue;
    const auto parts = reconstruction_sums(*autoencoder_->decoder, seen, view, config().model);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (sums.size() < parts.size())
        sums.push_back(parts[i]);
      else
        sums[i] = sums[i] + parts[i];
    }
  }
  if (contrasts()) {
    const ContrastBatch compared = {projector_(pooled[0]), projector_(pooled[1]), batch.patient,
                                    valid_records(batch)};
    sums.push_back(contrast_sum(compared, contrast_options(config().contrast), ranks));
  }
  return sums;
}

EncodedBatch HybridSystem::encode(const torch::Tensor& signal, const torch::Tensor& lead_mask) {
  return autoencoder_->encode(signal, lead_mask);
}

std::optional<PatchPrediction> HybridSystem::predict(const View& view) {
  if (!reconstructs()) return std::nullopt;
  const auto prediction = decode_view(*autoencoder_->decoder, see(view, {}), view);
  return PatchPrediction{prediction, patches_of(view.target)};
}

torch::Tensor HybridSystem::reconstruct(const torch::Tensor& signal, const torch::Tensor& lead_mask,
                                        const torch::Tensor& token_mask) {
  if (!reconstructs()) return {};
  return autoencoder_->reconstruct(signal, lead_mask, token_mask);
}

double HybridSystem::training_flops(double counted) const {
  if (!reconstructs()) return 0;
  const auto views = static_cast<double>(config().views);
  const auto visible = static_cast<std::int64_t>(static_cast<double>(config().model.token_count()) -
                                                 counted / views);
  return views * ecg::training_flops(config().model, visible);
}

// What the encoder is given: the view, disturbed by the importance map as it is now.
torch::Tensor HybridSystem::signal_of(const View& view) {
  const auto found = view.extra.find(kNoiseSize);
  if (found == view.extra.end()) return view.signal;
  const FdaNoise noise = {found->second, view.extra.at(kNoisePhase), view.extra.at(kNoiseChance)};
  return importance_->view(view.signal, view.present, noise, config().augment_strength,
                           view.complete);
}

EncodedView HybridSystem::see(const View& view, const torch::Tensor& path_scale) {
  return encode_view(*autoencoder_->encoder, patches_of(signal_of(view)), view, path_scale);
}

torch::Tensor HybridSystem::patches_of(const torch::Tensor& signal) const {
  return patches_from_signal(signal, config().model.patch_samples);
}

}  // namespace ecg
