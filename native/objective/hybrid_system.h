#pragma once
// Masked autoencoding of ECG patches (ST-MEM-like tokens, He et al. 2022).

#include "nn/masked_autoencoder.h"
#include "objective/masked_reconstruction.h"
#include "objective/system.h"

namespace ecg {

/// A masked autoencoder and what it is trained by. Kind "hybrid". Parameters: encoder.*, decoder.*.
class HybridSystem : public System {
 public:
  explicit HybridSystem(const ObjectiveConfig& config);

  MaskedAutoencoder& autoencoder() { return autoencoder_; }

  bool needs_details() const override;
  void prepare(Batch& batch) const override;
  std::vector<LossTerm> terms() const override;
  torch::Tensor counts(const Batch& batch) const override;
  std::vector<torch::Tensor> sums(const Batch& batch, const Communicator& ranks) override;
  EncodedBatch encode(const torch::Tensor& signal, const torch::Tensor& lead_mask) override;
  std::optional<PatchPrediction> predict(const View& view) override;
  torch::Tensor reconstruct(const torch::Tensor& signal, const torch::Tensor& lead_mask,
                            const torch::Tensor& token_mask) override;
  double training_flops(double counted) const override;

 private:
  torch::Tensor predict_view(const View& view, const torch::Tensor& path_scale);
  torch::Tensor patches_of(const torch::Tensor& signal) const;

  MaskedAutoencoder autoencoder_;
};

}  // namespace ecg
