#pragma once
// One batch through model and objective, for training and evaluation alike.

#include <torch/types.h>

#include "corpus/corpus.h"
#include "nn/masked_autoencoder.h"
#include "objective/masked_reconstruction.h"
#include "objective/token_batch.h"
#include "train/batch_reader.h"
#include "train/train_config.h"

namespace ecg {

/// Masks are keyed by this epoch when records are held out: fixed, and never one of training.
inline constexpr std::uint32_t kHeldOutEpoch = (1u << 20) - 1;

/// A batch on the device, ready for the model.
struct MaskedBatch {
  torch::Tensor patches;        ///< [batch, tokens, P]
  torch::Tensor visible;        ///< [batch, tokens], 1 = visible
  torch::Tensor visible_index;  ///< [batch, visible]; undefined if a lead is absent somewhere,
                                ///< or masks hide different numbers of tokens
  torch::Tensor counted;        ///< [batch, tokens], 1 = hidden and present: what the loss is about
  torch::Tensor path_scale;     ///< [depth, 2, batch] of stochastic depth; undefined = whole depth
};

/// Grid of the model's tokens.
TokenGrid grid_of(const MaeConfig& config);

/// Reads the records of `turns`, augments them (not where they are held out) and draws their masks.
/// Throws Failure; damaged records are read_batch's matter.
MaskedBatch make_batch(const Corpus& corpus, std::span<const Turn> turns, const TrainConfig& config,
                       torch::Device device, const DamageHandler& damaged = {});

/// Stochastic depth of training, drawn from each record's own counter: block l of L is left out for a
/// record with chance drop_path * l / (L - 1), attention and MLP apart. Undefined without drop_path.
torch::Tensor path_scale(std::span<const Turn> turns, const TrainConfig& config);

/// Prediction [batch, tokens, P + 2]: by dropping tokens where every lead is present, else by key
/// masking, which gives the same.
torch::Tensor predict(MaskedAutoencoder& model, const MaskedBatch& batch);

/// "cpu" or "cuda" as the configuration asks. Throws Failure when CUDA is asked for and absent.
torch::Device device_of(const TrainConfig& config);

/// Whether matrix products of training are in bfloat16 on this device.
bool trains_in_bfloat16(const TrainConfig& config, torch::Device device);

/// bfloat16 autocast for as long as it lives, if the configuration asks for it on this device.
class AutocastScope {
 public:
  AutocastScope(const TrainConfig& config, torch::Device device);
  ~AutocastScope();
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

 private:
  c10::DeviceType type_;
  bool active_ = false;
};

}  // namespace ecg
