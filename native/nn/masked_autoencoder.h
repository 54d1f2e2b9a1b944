#pragma once
// Masked autoencoder over patches of single leads: encoder, decoder, and what they agree on.
//
// Masks, everywhere: 1 = hidden (token_mask), 1 = present (lead_mask). A token is visible when it
// is not hidden and its lead is present. Named parameters, with N = 0, 1, ...:
//   encoder.patch_embed.{weight[D,P],bias}  encoder.lead_embedding[kLeadRows,D]
//   encoder.stem.... (patch_stem.h; where the configuration has one)
//   encoder.blocks.N.{norm1,qkv,proj,norm2,fc1,fc2}.{weight,bias}  encoder.norm.{weight,bias}
//   decoder.embed.{weight[Dd,D],bias}  decoder.mask_token[Dd]  decoder.lead_embedding[kLeadRows,Dd]
//   decoder.blocks.N....  decoder.norm.{weight,bias}  decoder.head.{weight[P+2,Dd],bias}
// and encoder.column_position[columns,D], decoder.column_position[columns,Dd]: buffers, or
// parameters where positions are learned.

#include <torch/nn/modules/container/modulelist.h>

#include <cstdint>

#include "nn/encoded_batch.h"
#include "nn/mae_config.h"
#include "nn/patch_stem.h"
#include "nn/transformer_block.h"

namespace ecg {

/// Fixed sine-cosine table [columns, width] (Vaswani et al. 2017): row c holds sin(c w_i) for
/// i < width/2, then cos(c w_i), with w_i = b^(-i / (width/2)) and b = max(columns / 2, 2): periods
/// from six columns to about three times all of them.
torch::Tensor sine_cosine_positions(std::int64_t columns, std::int64_t width);

/// [batch, leads, columns * patch_samples] -> [batch, leads * columns, patch_samples].
torch::Tensor patches_from_signal(const torch::Tensor& signal, std::int64_t patch_samples);

/// The inverse of patches_from_signal.
torch::Tensor signal_from_patches(const torch::Tensor& patches, std::int64_t leads);

/// [batch, tokens] of 1 (visible) and 0 from lead_mask [batch, leads] (1 = present) and token_mask
/// [batch, tokens] (1 = hidden; undefined = nothing hidden).
torch::Tensor visible_tokens(const torch::Tensor& lead_mask, const torch::Tensor& token_mask,
                             std::int64_t columns);

/// The tokens, of `tokens`, that are not in index [batch, some] (none twice), ascending: int64
/// [batch, tokens - some].
torch::Tensor other_tokens(const torch::Tensor& index, std::int64_t tokens);

/// Mean [batch, width] over the visible tokens of tokens [batch, tokens, width], visible
/// [batch, tokens] of 1 and 0; 0 for a record without any.
torch::Tensor mean_of_visible(const torch::Tensor& tokens, const torch::Tensor& visible);

/// Patches -> token embeddings. Parameters: patch_embed, lead_embedding, blocks, norm.
class MaeEncoderImpl : public torch::nn::Module {
 public:
  explicit MaeEncoderImpl(const MaeConfig& config);

  /// Only the visible tokens, gathered: patches [batch, tokens, P], index [batch, visible] (int64,
  /// the token of each row). Returns [batch, visible, D] after the final norm. The form of
  /// training: every record of the batch shows equally many tokens. path_scale: undefined, or
  /// [depth, 2, batch] (TransformerBlock::forward), here and below.
  torch::Tensor forward_visible(const torch::Tensor& patches, const torch::Tensor& index,
                                const torch::Tensor& path_scale = {});

  /// All tokens, the invisible ones excluded as attention keys: visible [batch, tokens] of 1 and 0.
  /// Returns [batch, tokens, D] after the final norm; rows of invisible tokens carry no meaning.
  /// Rows of visible tokens equal forward_visible's up to rounding. The form that is exported.
  torch::Tensor forward_masked(const torch::Tensor& patches, const torch::Tensor& visible,
                               const torch::Tensor& path_scale = {});

  torch::nn::Linear patch_embed{nullptr};
  PatchStem stem{nullptr};        ///< empty where the configuration has none
  torch::Tensor lead_embedding;   ///< [kLeadRows, D]
  torch::Tensor column_position;  ///< [columns, D]
  torch::nn::ModuleList blocks;
  torch::nn::LayerNorm norm{nullptr};

 private:
  torch::Tensor embed(const torch::Tensor& patches);
  torch::Tensor embed_content(const torch::Tensor& patches);

  torch::Tensor lead_rows_;  // row of the embedding table per lead of the model
};
TORCH_MODULE(MaeEncoder);

/// Token embeddings of visible tokens + mask tokens elsewhere -> a prediction for every token.
/// Parameters: embed, mask_token, lead_embedding, blocks, norm, head. All tokens attend to all.
class MaeDecoderImpl : public torch::nn::Module {
 public:
  explicit MaeDecoderImpl(const MaeConfig& config);

  /// tokens: [batch, tokens, D]; visible: [batch, tokens] of 1 and 0. A token that is not visible
  /// enters as mask_token, whatever its row holds. Returns [batch, tokens, P + 2]: the normalised
  /// patch, then the patch's mean and the logarithm of its standard deviation, in input units.
  /// condition: undefined, or [batch, Dd] added to every token.
  torch::Tensor forward(const torch::Tensor& tokens, const torch::Tensor& visible,
                        const torch::Tensor& condition = {});

  /// The same from visible tokens alone: seen [batch, visible, D], the tokens index [batch,
  /// visible] of every record. With wanted [batch, some] only those tokens' predictions, [batch,
  /// some, P + 2]: the last block and the head are spared the others.
  torch::Tensor forward_seen(const torch::Tensor& seen, const torch::Tensor& index,
                             const torch::Tensor& wanted = {}, const torch::Tensor& condition = {});

  torch::nn::Linear embed{nullptr};
  torch::Tensor mask_token;       ///< [Dd]
  torch::Tensor lead_embedding;   ///< [kLeadRows, Dd]
  torch::Tensor column_position;  ///< [columns, Dd]
  torch::nn::ModuleList blocks;
  torch::nn::LayerNorm norm{nullptr};
  torch::nn::Linear head{nullptr};

 private:
  torch::Tensor predict(const torch::Tensor& mixed, const torch::Tensor& wanted,
                        const torch::Tensor& condition);

  torch::Tensor lead_rows_;
};
TORCH_MODULE(MaeDecoder);

/// Encoder and decoder. Parameters: encoder.*, decoder.*.
class MaskedAutoencoderImpl : public torch::nn::Module {
 public:
  /// Precondition: check_mae_config(config). Weights are those of initialise_weights(seed).
  explicit MaskedAutoencoderImpl(const MaeConfig& config, std::uint64_t seed = 0);

  const MaeConfig& config() const { return config_; }

  /// Training form: patches [batch, tokens, P], and the visible tokens of every record, equally
  /// many each: visible_index [batch, visible] int64. Returns [batch, tokens, P + 2].
  torch::Tensor predict_dropped(const torch::Tensor& patches, const torch::Tensor& visible_index,
                                const torch::Tensor& path_scale = {});

  /// The same by key masking, for any number of visible tokens per record: visible [batch, tokens].
  torch::Tensor predict_masked(const torch::Tensor& patches, const torch::Tensor& visible,
                               const torch::Tensor& path_scale = {});

  /// encode.onnx: signal [batch, leads, samples], lead_mask [batch, leads] (1 = present). The
  /// embedding of a record is the mean over its visible tokens.
  EncodedBatch encode(const torch::Tensor& signal, const torch::Tensor& lead_mask);

  /// reconstruct.onnx: token_mask [batch, tokens] (1 = hidden). Returns [batch, leads, samples] in
  /// the units of `signal`: every patch as signal_from_prediction gives it.
  torch::Tensor reconstruct(const torch::Tensor& signal, const torch::Tensor& lead_mask,
                            const torch::Tensor& token_mask);

  MaeEncoder encoder{nullptr};
  MaeDecoder decoder{nullptr};

 private:
  MaeConfig config_;
};
TORCH_MODULE(MaskedAutoencoder);

/// Waveform of a prediction [batch, tokens, P + 2]: normalised * sd + mean per patch, as
/// [batch, leads, samples]. A visible patch takes mean and sd = sqrt(var + patch_epsilon) from
/// itself; any other takes both from the prediction (sd = exp(log sd)), so nothing hidden is looked
/// at.
torch::Tensor signal_from_prediction(const torch::Tensor& prediction, const torch::Tensor& patches,
                                     const torch::Tensor& visible, const MaeConfig& config);

}  // namespace ecg
