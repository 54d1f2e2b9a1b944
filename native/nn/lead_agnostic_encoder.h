#pragma once
// The encoder of the lead-agnostic system (Oh et al. 2022): convolutions over twelve named leads,
// then a post-norm transformer over time.

#include <torch/nn/module.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include <cstdint>
#include <vector>

#include "core/lead.h"
#include "core/result.h"
#include "nn/conv_features.h"
#include "nn/positional_convolution.h"

namespace ecg {

/// Sizes of the encoder.
struct LeadAgnosticSizes {
  std::vector<Lead> leads{kTwelveLeads.begin(), kTwelveLeads.end()};  ///< rows of the signal
  std::int64_t width = 128, depth = 4, heads = 4, mlp_width = 512;    ///< of the transformer
  std::int64_t conv_width = 256, conv_layers = 4;  ///< a step covers 2^conv_layers samples
  FeatureNorm conv_norm = FeatureNorm::kGroup;
  std::int64_t position_kernel = 128, position_groups = 16;
};

/// The channel of every lead: its place among the standard twelve. A lead has the same channel
/// whatever the order or number of leads of a signal. Errors: kBadValue for a lead that is none of
/// the twelve or comes twice.
Result<std::vector<std::int64_t>> lead_channels(const std::vector<Lead>& leads);

/// Parameters: features.*  feature_norm.{weight,bias}[C]  project.{weight[D,C],bias}  mask_token[D]
/// position.*  norm.{weight,bias}[D]  blocks.N.*
class LeadAgnosticEncoderImpl : public torch::nn::Module {
 public:
  /// Precondition: lead_channels(sizes.leads).
  explicit LeadAgnosticEncoderImpl(const LeadAgnosticSizes& sizes);

  /// signal [batch, leads, samples], present [batch, leads] (1 = present) -> features [batch,
  /// steps, C], steps = samples / 2^conv_layers. An absent lead counts as 0 throughout, whatever is
  /// there (NaN included), and so does one of the twelve that the signal does not have.
  torch::Tensor features_of(const torch::Tensor& signal, const torch::Tensor& present);

  /// LayerNorm of features: what the transformer and a quantiser read.
  torch::Tensor normed(const torch::Tensor& x) { return feature_norm(x); }

  /// normed [batch, steps, C] -> tokens [batch, steps, D] after the last block. hidden: undefined,
  /// or [batch, K] int64: steps that enter as mask_token. path_scale: undefined or [depth, 2,
  /// batch].
  torch::Tensor context_of(const torch::Tensor& normed, const torch::Tensor& hidden = {},
                           const torch::Tensor& path_scale = {});

  const LeadAgnosticSizes& sizes() const { return sizes_; }

  ConvFeatures features{nullptr};
  torch::nn::LayerNorm feature_norm{nullptr}, norm{nullptr};
  torch::nn::Linear project{nullptr};
  torch::Tensor mask_token;
  PositionalConvolution position{nullptr};
  torch::nn::ModuleList blocks;

 private:
  LeadAgnosticSizes sizes_;
  std::vector<std::int64_t> channels_;
  torch::Tensor channel_rows_;  // buffer: channels_ as an index
};
TORCH_MODULE(LeadAgnosticEncoder);

/// The source's initial weights, from counters: convolutions normal with variance 2 / fan-in; the
/// positional kernel normal with variance 4 / (kernel width), its gain the kernel's own length;
/// mask token uniform in [0, 1); matrices of the transformer normal with deviation 0.02, biases 0.
/// What the source leaves to PyTorch's defaults is Xavier-uniform with bias 0 here.
void initialise_lead_agnostic(LeadAgnosticEncoderImpl& encoder, std::uint64_t seed);

}  // namespace ecg
