#pragma once
// CLEAR (Pan et al., AAAI 2026): an autoencoder over heartbeats of single leads, with attention by
// leads and beats (structured_attention.h). Named parameters, with N = 0, 1, ... and S one of
// encoder, decoder of width W:
//   S.places.{lead_embedding,cls_embedding}[kLeadRows,W]  S.places.time_embedding[time_bins,W]
//   S.places.position_embedding[kLeadRows * beats,W]
//   S.blocks.N.{norm1,qkv,proj,norm2,fc1,fc2}.{weight,bias}
//   encoder.beat_embed.{weight[D,P],bias}  encoder.amplitude_embed.{weight[D,1],bias}
//   decoder.embed.{weight[Dd,D],bias}  decoder.mask_token[Dd]  decoder.norm.{weight,bias}
//   decoder.head.{weight[P+2,Dd],bias}
// Tables that concern a lead have a row per Lead value, so the order of leads is no weight.

#include <torch/nn/modules/container/modulelist.h>

#include <cstdint>
#include <vector>

#include "core/lead.h"
#include "nn/structured_attention.h"
#include "nn/transformer_block.h"

namespace ecg {

/// Sizes of a CLEAR model. Token index = lead * beats + beat.
struct ClearConfig {
  std::vector<Lead> leads{kTwelveLeads.begin(), kTwelveLeads.end()};
  std::int64_t beats = 15;         ///< tokens per lead
  std::int64_t beat_samples = 96;  ///< P
  std::int64_t time_bins = 11;     ///< seconds of the input + 1 (pretext/beat_input.h)

  std::int64_t width = 96;  ///< D, a multiple of `heads`
  std::int64_t depth = 4, heads = 4;
  std::int64_t ffn_width = 192;  ///< of both stacks
  std::int64_t decoder_width = 64;
  std::int64_t decoder_depth = 2, decoder_heads = 4;

  bool amplitude = true;  ///< a token also knows the logarithm of its beat's deviation
  double epsilon = 1e-6;  ///< added to a beat's variance

  std::int64_t lead_count() const { return static_cast<std::int64_t>(leads.size()); }
  std::int64_t token_count() const { return lead_count() * beats; }
};

/// Beats of a batch as pretext/beat_input.h makes them.
struct BeatBatch {
  torch::Tensor beats;     ///< [batch, tokens, P], units of the signal
  torch::Tensor time_bin;  ///< [batch, tokens], whole numbers
  torch::Tensor present;   ///< [batch, tokens] of 1 and 0
};

/// Beats without their level and amplitude.
struct NormalisedBeats {
  torch::Tensor shape;   ///< [batch, tokens, P]: (x - mean) / sqrt(var + epsilon)
  torch::Tensor mean;    ///< [batch, tokens, 1]
  torch::Tensor log_sd;  ///< [batch, tokens, 1]: log sqrt(var + epsilon)
};

/// var is the unbiased variance over all P samples, the zeros beside a short beat included.
NormalisedBeats normalise_beats(const torch::Tensor& beats, double epsilon);

/// The visible tokens of a batch in front: [batch, most visible], distinct tokens each; and the
/// bias that keeps the fillers of records with fewer from being looked at.
struct ShownTokens {
  torch::Tensor index;  ///< int64
  torch::Tensor bias;   ///< 0, or kHiddenKeyBias
};
ShownTokens shown_tokens(const torch::Tensor& visible);

/// What is added to a token or CLS row for its place. Parameters: *_embedding.
class BeatPlacesImpl : public torch::nn::Module {
 public:
  BeatPlacesImpl(const ClearConfig& config, std::int64_t width);

  /// [batch, tokens, width] from time_bin [batch, tokens].
  torch::Tensor tokens(const torch::Tensor& time_bin);

  /// [batch, leads, width].
  torch::Tensor cls(std::int64_t batch);

  torch::Tensor lead_embedding, cls_embedding, time_embedding, position_embedding;

 private:
  std::int64_t beats_;
  torch::Tensor lead_rows_;
};
TORCH_MODULE(BeatPlaces);

/// Beats -> lead CLS rows and token rows.
class ClearEncoderImpl : public torch::nn::Module {
 public:
  explicit ClearEncoderImpl(const ClearConfig& config);

  /// The shown tokens only: [batch, leads + shown, D], CLS rows first; rows of fillers carry no
  /// meaning. visible: [batch, tokens] of 1 and 0; what is not visible is not read, NaN included.
  /// path_scale: undefined, or [depth, 2, batch].
  torch::Tensor forward_visible(const BeatBatch& batch, const torch::Tensor& visible,
                                const ShownTokens& shown, const torch::Tensor& path_scale = {});

  /// All tokens, those not present excluded as keys: [batch, leads + tokens, D].
  torch::Tensor forward_all(const BeatBatch& batch);

  BeatPlaces places{nullptr};
  torch::nn::Linear beat_embed{nullptr}, amplitude_embed{nullptr};
  torch::nn::ModuleList blocks;

 private:
  /// Rows of the sequence before the blocks, CLS first.
  torch::Tensor embed(const torch::Tensor& beats, const torch::Tensor& visible,
                      const torch::Tensor& place);

  ClearConfig config_;
};
TORCH_MODULE(ClearEncoder);

/// Lead CLS rows, visible tokens and mask tokens -> a prediction for every token.
class ClearDecoderImpl : public torch::nn::Module {
 public:
  explicit ClearDecoderImpl(const ClearConfig& config);

  /// encoded: forward_visible's. Returns [batch, tokens, P + 2]: the normalised beat, then its mean
  /// and the logarithm of its deviation, in units of the signal.
  torch::Tensor forward(const torch::Tensor& encoded, const BeatBatch& batch,
                        const torch::Tensor& visible, const ShownTokens& shown);

  BeatPlaces places{nullptr};
  torch::nn::Linear embed{nullptr};
  torch::Tensor mask_token;  ///< [Dd]
  torch::nn::ModuleList blocks;
  torch::nn::LayerNorm norm{nullptr};
  torch::nn::Linear head{nullptr};

 private:
  ClearConfig config_;
};
TORCH_MODULE(ClearDecoder);

/// What `encode` gives.
struct ClearEncoding {
  torch::Tensor leads;      ///< [batch, leads, D]: the CLS rows; 0 where a lead has no beat
  torch::Tensor tokens;     ///< [batch, tokens, D]; 0 where not present
  torch::Tensor embedding;  ///< [batch, D]: mean of the leads that are there; 0 if there is none
};

/// Encoder and decoder.
class ClearModelImpl : public torch::nn::Module {
 public:
  /// Weights are LibTorch's own: initialise them.
  explicit ClearModelImpl(const ClearConfig& config);

  const ClearConfig& config() const { return config_; }

  /// visible: [batch, tokens] of 1 and 0 (a subset of present); shown: its shown_tokens. Returns
  /// the decoder's prediction.
  torch::Tensor predict(const BeatBatch& batch, const torch::Tensor& visible,
                        const ShownTokens& shown, const torch::Tensor& path_scale = {});

  ClearEncoding encode(const BeatBatch& batch);

  ClearEncoder encoder{nullptr};
  ClearDecoder decoder{nullptr};

 private:
  ClearConfig config_;
};
TORCH_MODULE(ClearModel);

}  // namespace ecg
