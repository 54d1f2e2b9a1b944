#pragma once
// Scaled dot-product attention for tokens by the hundred.

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ecg {

/// Most queries x keys of the form that keeps its weights; above that they would not stay in a
/// processor's caches, and the fused kernel is faster and smaller.
inline constexpr std::int64_t kMostKeptWeights = 512 * 512;

/// Which form attention takes.
enum class AttentionForm {
  kUsual,  ///< on the CPU, in float32 or float64 and up to kMostKeptWeights: kept, else fused
  kKept,   ///< kept_attention in float32 and float64, else fused
  kFused,  ///< fused_attention
};

/// softmax(q k^T / sqrt(size) + key_bias) v for each head, written side by side.
/// packed: [batch, tokens, 3, heads, size], the q, k and v of every token (what a linear layer of
/// three times the width gives), or [batch, tokens, 2, heads, size], k and v alone, with
/// queries: [batch, some, heads, size]. key_bias: undefined, or [batch, tokens] added to every
/// query's logit of that key; it gets no gradient. Returns [batch, tokens or some, heads * size].
at::Tensor attention(const at::Tensor& packed, const at::Tensor& queries = {},
                     const at::Tensor& key_bias = {}, AttentionForm form = AttentionForm::kUsual);

/// By matrix products over one head at a time, in place where q, k and v lie; the backward pass
/// uses the weights that the forward pass kept, and writes one gradient laid out like `packed`.
/// LibTorch's fused kernel computes the weights twice instead. One thread of an EPYC, forward and
/// backward: 1.1 to 1.4 times as fast as that on a quiet machine; where other programs fill the
/// caches, 1.05 times at 100 tokens and 0.9 times at 240. Gradients of gradients are not offered.
at::Tensor kept_attention(const at::Tensor& packed, const at::Tensor& queries = {},
                          const at::Tensor& key_bias = {});

/// By LibTorch's scaled_dot_product_attention, which chooses a kernel for the device.
at::Tensor fused_attention(const at::Tensor& packed, const at::Tensor& queries = {},
                           const at::Tensor& key_bias = {});

}  // namespace ecg
