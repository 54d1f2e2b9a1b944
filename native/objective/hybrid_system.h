#pragma once
// Hybrid self-supervision: hidden patches are rebuilt (He et al. 2022, with ST-MEM's tokens), and
// two views of a record recognise each other among others (Chen et al. 2020). Either can be left
// out.

#include "nn/masked_autoencoder.h"
#include "nn/projection_head.h"
#include "objective/contrast.h"
#include "objective/importance_map.h"
#include "objective/system.h"
#include "objective/view_reconstruction.h"

namespace ecg {

/// A masked autoencoder, and a projection of the mean of what its encoder sees of a view. Kind
/// "hybrid". Parameters: encoder.*, decoder.*; projector.* where views are compared; importance.*
/// where the importance map of FDA is learned.
class HybridSystem : public System {
 public:
  explicit HybridSystem(const ObjectiveConfig& config);

  MaskedAutoencoder& autoencoder() { return autoencoder_; }
  const ImportanceMap& importance() const { return importance_; }

  /// Whether patches are rebuilt: what `predict` and `reconstruct` then answer.
  bool reconstructs() const { return config().reconstruction.weight > 0; }
  bool contrasts() const { return config().contrast.weight > 0; }

  bool needs_details() const override;
  bool prepares_on_device() const override { return true; }
  bool compares_records() const override { return contrasts(); }
  void prepare(Batch& batch) const override;
  /// "patch", "level", "spread" (masked_reconstruction.h; over tokens of all views), "contrast"
  /// (over anchors), as far as they have a weight.
  std::vector<LossTerm> terms() const override;
  torch::Tensor counts(const Batch& batch) const override;
  std::vector<torch::Tensor> sums(const Batch& batch, const Communicator& ranks) override;
  EncodedBatch encode(const torch::Tensor& signal, const torch::Tensor& lead_mask) override;
  std::optional<PatchPrediction> predict(const View& view) override;
  torch::Tensor reconstruct(const torch::Tensor& signal, const torch::Tensor& lead_mask,
                            const torch::Tensor& token_mask) override;
  double training_flops(double counted) const override;

 private:
  EncodedView see(const View& view, const torch::Tensor& path_scale);
  torch::Tensor signal_of(const View& view);
  torch::Tensor patches_of(const torch::Tensor& signal) const;
  torch::Tensor valid_records(const Batch& batch) const;

  MaskedAutoencoder autoencoder_;
  ProjectionHead projector_{nullptr};
  ImportanceMap importance_{nullptr};
};

}  // namespace ecg
