#pragma once
// CLEAR-HUG (Pan et al., AAAI 2026): hidden heartbeats of single leads from the same beat in other
// leads and a summary of their own lead. Kind "clear_hug".

#include "nn/clear_model.h"
#include "objective/beat_tables.h"
#include "objective/system.h"

namespace ecg {

/// Sizes of the network that a configuration asks for.
ClearConfig clear_config(const ObjectiveConfig& config);

/// The model and what it is trained by. Parameters: encoder.*, decoder.*. Tokens are heartbeats of
/// single leads (token = lead * most_beats + beat); visible and counted of a view are theirs, and
/// view.extra holds "beats", "target_beats", "time_bin", "beat_present" (BeatBatch), "shown_index"
/// and "shown_bias" (ShownTokens).
class ClearHugSystem : public System {
 public:
  explicit ClearHugSystem(const ObjectiveConfig& config);

  ClearModel& model() { return model_; }

  bool needs_details() const override { return true; }
  void prepare(Batch& batch) const override;
  std::vector<LossTerm> terms() const override;
  torch::Tensor counts(const Batch& batch) const override;
  std::vector<torch::Tensor> sums(const Batch& batch, const Communicator& ranks) override;

  /// tokens: the leads' CLS rows (what HugHead reads), then those of the beats:
  /// [batch, leads + leads * most_beats, width]. embedding: mean of the CLS rows of present leads.
  /// Beats are found by find_r_peaks in `signal`.
  EncodedBatch encode(const torch::Tensor& signal, const torch::Tensor& lead_mask) override;

  /// token_mask: [batch, leads * most_beats] of beats. 0 where no beat lies. Undefined where the
  /// level of a beat is not learnt (level_weight 0).
  torch::Tensor reconstruct(const torch::Tensor& signal, const torch::Tensor& lead_mask,
                            const torch::Tensor& token_mask) override;

  double training_flops(double counted) const override;

  /// [batch, tokens, P] from beats and token_mask [batch, tokens] (1 = hidden): shapes as
  /// predicted, with their own level and spread where visible; 0 where there is no beat.
  torch::Tensor reconstructed_beats(const BeatBatch& batch, const torch::Tensor& token_mask);

 private:
  ClearModel model_{nullptr};
};

}  // namespace ecg
