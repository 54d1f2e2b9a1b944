#include "nn/attention.h"

#include <ATen/ops/_softmax.h>
#include <ATen/ops/_softmax_backward_data.h>
#include <ATen/ops/baddbmm.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

namespace ecg {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// q, k and v as views [batch, tokens, heads, size] of what was given.
struct Parts {
  at::Tensor q, k, v;
};

Parts parts_of(const at::Tensor& packed, const at::Tensor& queries) {
  const auto count = packed.size(2);
  return {queries.defined() ? queries : packed.select(2, 0), packed.select(2, count - 2),
          packed.select(2, count - 1)};
}

double logit_scale(const at::Tensor& packed) {
  return 1 / std::sqrt(static_cast<double>(packed.size(-1)));
}

// One head of q, k or v: [batch, tokens, size] without a copy.
at::Tensor head_of(const at::Tensor& part, std::int64_t head) { return part.select(2, head); }

// out = scale * a b, batch by batch.
void multiply(at::Tensor out, const at::Tensor& a, const at::Tensor& b, double scale = 1) {
  at::baddbmm_out(out, out, a, b, /*beta=*/0, scale);
}

// [heads, batch, tokens, size] -> [batch, tokens, heads * size].
at::Tensor side_by_side(const at::Tensor& heads) {
  const auto batch = heads.size(1), tokens = heads.size(2);
  return heads.permute({1, 2, 0, 3}).reshape({batch, tokens, -1});
}

struct Mixed {
  at::Tensor output, weights;  // [batch, queries, heads * size], [heads, batch, queries, keys]
};

Mixed mix(const at::Tensor& packed, const at::Tensor& queries, const at::Tensor& key_bias) {
  const Parts parts = parts_of(packed, queries);
  const auto batch = parts.q.size(0), asked = parts.q.size(1), heads = parts.q.size(2);
  auto weights = at::empty({heads, batch, asked, packed.size(1)}, packed.options());
  auto output = at::empty({heads, batch, asked, parts.q.size(3)}, packed.options());
  for (std::int64_t h = 0; h < heads; ++h) {
    auto own = weights[h];
    multiply(own, head_of(parts.q, h), head_of(parts.k, h).transpose(1, 2), logit_scale(packed));
    if (key_bias.defined()) own.add_(key_bias.unsqueeze(1));
    at::_softmax_out(own, own, -1, /*half_to_float=*/false);
    multiply(output[h], own, head_of(parts.v, h));
  }
  return {side_by_side(output), weights};
}

// d loss / d logits of one head, in place of d loss / d weights.
void through_softmax(at::Tensor& gradient, const at::Tensor& weights) {
  at::_softmax_backward_data_out(gradient, gradient, weights, -1, weights.scalar_type());
}

class KeptAttention : public torch::autograd::Function<KeptAttention> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& packed,
                            const std::optional<at::Tensor>& own_queries,
                            const std::optional<at::Tensor>& key_bias) {
    const at::Tensor queries = own_queries.value_or(at::Tensor());
    const Mixed mixed = mix(packed, queries, key_bias.value_or(at::Tensor()));
    context->save_for_backward({packed, queries, mixed.weights});
    return mixed.output;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &packed = saved[0], &queries = saved[1], &weights = saved[2];
    const Parts parts = parts_of(packed, queries);
    const auto batch = parts.q.size(0), asked = parts.q.size(1), heads = parts.q.size(2),
               size = parts.q.size(3), tokens = packed.size(1);
    const double scale = logit_scale(packed);
    const auto given = gradients[0].contiguous().view({batch, asked, heads, size});
    auto of_q = at::empty({heads, batch, asked, size}, packed.options());
    auto of_kv = at::empty({2, heads, batch, tokens, size}, packed.options());
    auto slope = at::empty({batch, asked, tokens}, packed.options());
    for (std::int64_t h = 0; h < heads; ++h) {
      const auto output = head_of(given, h);
      multiply(of_kv[1][h], weights[h].transpose(1, 2), output);
      multiply(slope, output, head_of(parts.v, h).transpose(1, 2));
      through_softmax(slope, weights[h]);
      multiply(of_q[h], slope, head_of(parts.k, h), scale);
      multiply(of_kv[0][h], slope.transpose(1, 2), head_of(parts.q, h), scale);
    }
    return hand_back(packed, queries, of_q, of_kv);
  }

 private:
  // Gradients laid out as the inputs were: [..., tokens, which, heads, size].
  static variable_list hand_back(const at::Tensor& packed, const at::Tensor& queries,
                                 const at::Tensor& of_q, const at::Tensor& of_kv) {
    auto of_packed = at::empty(packed.sizes(), packed.options());
    of_packed.narrow(2, packed.size(2) - 2, 2).copy_(of_kv.permute({2, 3, 0, 1, 4}));
    const auto by_token = of_q.permute({1, 2, 0, 3});
    if (queries.defined()) return {of_packed, by_token.contiguous(), {}};
    of_packed.select(2, 0).copy_(by_token);
    return {of_packed, {}, {}};
  }
};

}  // namespace

at::Tensor kept_attention(const at::Tensor& packed, const at::Tensor& queries,
                          const at::Tensor& key_bias) {
  // Nothing to keep the weights for: they may go at once.
  if (!at::GradMode::is_enabled()) return mix(packed, queries, key_bias).output;
  const auto if_defined = [](const at::Tensor& tensor) {
    return tensor.defined() ? std::optional<at::Tensor>(tensor) : std::nullopt;
  };
  return KeptAttention::apply(packed, if_defined(queries), if_defined(key_bias));
}

at::Tensor fused_attention(const at::Tensor& packed, const at::Tensor& queries,
                           const at::Tensor& key_bias) {
  const auto each = packed.unbind(2);
  const auto keys = each.size() - 2;
  const auto q = (queries.defined() ? queries : each[0]).transpose(1, 2);
  std::optional<at::Tensor> bias;
  if (key_bias.defined()) {
    const auto batch = packed.size(0), tokens = packed.size(1);
    bias = key_bias.to(packed.scalar_type())
               .view({batch, 1, 1, tokens})
               .expand({-1, -1, q.size(2), -1});
  }
  const auto mixed = at::scaled_dot_product_attention(q, each[keys].transpose(1, 2),
                                                      each[keys + 1].transpose(1, 2), bias);
  return mixed.transpose(1, 2).flatten(2);
}

at::Tensor attention(const at::Tensor& packed, const at::Tensor& queries,
                     const at::Tensor& key_bias, AttentionForm form) {
  const auto asked = queries.defined() ? queries.size(1) : packed.size(1);
  const bool plain = packed.scalar_type() == at::kFloat || packed.scalar_type() == at::kDouble;
  const bool few = packed.is_cpu() && asked * packed.size(1) <= kMostKeptWeights;
  const bool kept = form == AttentionForm::kKept || (form == AttentionForm::kUsual && few);
  return plain && kept ? kept_attention(packed, queries, key_bias)
                       : fused_attention(packed, queries, key_bias);
}

}  // namespace ecg
