#pragma once
// Transformer block. Parameters: norm1, qkv, proj, norm2, fc1, fc2 (each weight and bias).

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include <cstdint>
#include <functional>

#include "nn/attention.h"

namespace ecg {

/// Epsilon of every LayerNorm of the model.
inline constexpr double kNormEpsilon = 1e-5;

/// Added to the attention logits of a key that must not be attended to. Finite, so that a record
/// without any visible token gives finite numbers; exp() of it is exactly 0 beside a visible key.
inline constexpr double kHiddenKeyBias = -1e9;

/// Where a block normalises.
enum class BlockNorm {
  kPre,   ///< what attention and MLP read: deep stacks train without care (ViT, GPT-2)
  kPost,  ///< each sum with the residual: as Vaswani et al. 2017 (BERT, wav2vec 2.0, HuBERT)
};

/// What the MLP does between its two layers.
enum class BlockActivation {
  kGelu,  ///< x Phi(x) in its exact (erf) form (Hendrycks & Gimpel 2016)
  kRelu,
};

/// Shape and kind of a block.
struct BlockOptions {
  std::int64_t width = 96;       ///< of a token, a multiple of `heads`
  std::int64_t heads = 4;        ///< of attention
  std::int64_t mlp_width = 384;  ///< hidden width of the MLP
  BlockNorm norm = BlockNorm::kPre;
  BlockActivation activation = BlockActivation::kGelu;
};

/// How queries, keys and values, each [batch, heads, tokens, width / heads], mix: the same shape.
/// Logits are to be scaled by 1 / sqrt(width / heads).
using AttentionMix = std::function<torch::Tensor(
    const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value)>;

/// tokens [batch, tokens, width] at index [batch, some] (int64): [batch, some, width].
torch::Tensor gather_tokens(const torch::Tensor& tokens, const torch::Tensor& index);

/// Pre-norm: x + proj(attention(norm1(x))), then x + fc2(act(fc1(norm2(x)))).
/// Post-norm: norm1(x + proj(attention(x))), then norm2(x + fc2(act(fc1(x)))).
/// qkv's output holds q, k, v one after another, each as heads x (width / heads); logits are scaled
/// by 1 / sqrt(width / heads).
class TransformerBlockImpl : public torch::nn::Module {
 public:
  explicit TransformerBlockImpl(const BlockOptions& options);

  const BlockOptions& options() const { return options_; }

  /// x: [batch, tokens, width]. key_bias: undefined, or [batch, tokens] added to every query's
  /// logit of that key (0 or kHiddenKeyBias). path_scale: undefined, or [2, batch] factors of what
  /// attention and MLP add for a record (stochastic depth, Huang et al. 2016: 0, or 1 / the chance
  /// that it is not). Returns [batch, tokens, width]; with rows [batch, some] (int64) only those
  /// tokens' results, [batch, some, width], at the cost of those: they still attend to all of x.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& key_bias = {},
                        const torch::Tensor& path_scale = {}, const torch::Tensor& rows = {});

  /// The same with another attention. With `recompute`, what `mix` refers to must outlive the
  /// backward pass.
  torch::Tensor forward_mixed(const torch::Tensor& x, const AttentionMix& mix,
                              const torch::Tensor& path_scale = {});

  /// Gradient check-pointing: nothing within the block is kept for the backward pass, which
  /// computes it again. The same results and gradients, bit for bit; about a third more time.
  bool recompute = false;

  /// Of `forward`; `forward_mixed` brings its own.
  AttentionForm attention_form = AttentionForm::kUsual;

  torch::nn::LayerNorm norm1{nullptr}, norm2{nullptr};
  torch::nn::Linear qkv{nullptr}, proj{nullptr}, fc1{nullptr}, fc2{nullptr};

 private:
  using Part = std::function<torch::Tensor(const torch::Tensor&)>;
  torch::Tensor kept_or_recomputed(const torch::Tensor& x, const Part& part);
  // attend: of what it is given, back at the width of x.
  torch::Tensor add_branches(const torch::Tensor& x, const torch::Tensor& own, const Part& attend,
                             const torch::Tensor& path_scale);
  torch::Tensor attend_to_all(const torch::Tensor& x, const torch::Tensor& key_bias,
                              const torch::Tensor& rows);
  torch::Tensor attend_mixed(const torch::Tensor& x, const AttentionMix& mix);
  torch::Tensor transform(const torch::Tensor& x);  // the MLP

  BlockOptions options_;
};
TORCH_MODULE(TransformerBlock);

/// Sets `recompute` of every block of `model`.
void recompute_blocks(torch::nn::Module& model, bool wanted);

}  // namespace ecg
