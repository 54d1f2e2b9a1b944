#pragma once
// The lead-agnostic system (Oh, Chung, Kwon, Hong, Choi 2022, CHIL): wav2vec 2.0's contrast of
// hidden steps within a record, CMSC between its two halves, random lead masking.

#include "nn/gumbel_quantiser.h"
#include "nn/lead_agnostic_encoder.h"
#include "objective/system.h"

namespace ecg {

/// The encoder's sizes as the configuration states them.
LeadAgnosticSizes lead_agnostic_sizes(const ObjectiveConfig& config);

/// Kind "lead_agnostic". A record's views are its first and second half. Parameters: encoder.*,
/// quantiser.*, target_projection.*, context_projection.*.
///
/// Terms: "w2v" (over hidden steps), "diversity" (of the codes of all ranks' records together,
/// counted once per record), "penalty" (mean squared feature, over views), "cmsc" (over records).
/// Each is a mean; with the source's weights their sum is its loss. Records of which nothing is
/// present take part like others (their features are constants).
class LeadAgnosticSystem : public System {
 public:
  explicit LeadAgnosticSystem(const ObjectiveConfig& config);

  LeadAgnosticEncoder& encoder() { return encoder_; }

  /// View::extra: "hidden" [batch, K] int64 steps, ascending; "negatives" [batch, K, N]; "noise"
  /// [batch, K, books, codes], not for held-out records, which also keep all their leads.
  bool compares_records() const override { return true; }
  bool prepares_on_device() const override { return true; }
  bool steps_alike() const override { return false; }  // the temperature falls
  void prepare(Batch& batch) const override;
  std::vector<LossTerm> terms() const override;
  torch::Tensor counts(const Batch& batch) const override;
  std::vector<torch::Tensor> sums(const Batch& batch, const Communicator& ranks) override;

  /// Both halves are encoded on their own; tokens one after another, the embedding is their mean.
  EncodedBatch encode(const torch::Tensor& signal, const torch::Tensor& lead_mask) override;

  /// The quantiser's temperature follows the number of steps taken.
  void after_step(std::int64_t step) override;
  double temperature() const { return temperature_; }

 private:
  View view_of(const Batch& batch, std::uint16_t half) const;

  LeadAgnosticEncoder encoder_{nullptr};
  GumbelQuantiser quantiser_{nullptr};
  torch::nn::Linear target_projection_{nullptr}, context_projection_{nullptr};
  double temperature_;
};

}  // namespace ecg
