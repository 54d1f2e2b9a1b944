#include "nn/structured_attention.h"

#include <ATen/Functions.h>

#include <cmath>

#include "nn/transformer_block.h"

namespace ecg {
namespace {

/// Queries, keys and values of the same rows.
struct Rows {
  torch::Tensor query, key, value;

  template <typename Change>
  Rows changed(const Change& change) const {
    return {change(query), change(key), change(value)};
  }
};

/// Rows of [batch, heads, rows, width] by an index [batch, picked].
torch::Tensor pick(const torch::Tensor& rows, const torch::Tensor& index) {
  return rows.gather(
      2, index.view({index.size(0), 1, -1, 1}).expand({-1, rows.size(1), -1, rows.size(3)}));
}

/// Attention of queries [..., Q, d] to keys [..., K, d] and to one more key each, `own` [..., Q,
/// d]. bias: broadcasts to [..., Q, K]. The own key is never masked, so there always is one.
torch::Tensor attend_with_own(const Rows& rows, const torch::Tensor& bias,
                              const torch::Tensor& own_key, const torch::Tensor& own_value) {
  const torch::Tensor query = rows.query / std::sqrt(static_cast<double>(rows.query.size(-1)));
  const torch::Tensor logits = at::matmul(query, rows.key.transpose(-1, -2));
  const torch::Tensor own = (query * own_key).sum(-1, true).to(logits.scalar_type());
  const torch::Tensor weights =
      at::softmax(at::cat({logits + bias.to(logits.scalar_type()), own}, -1), -1);
  const auto keys = logits.size(-1);
  return at::matmul(weights.narrow(-1, 0, keys), rows.value) +
         weights.narrow(-1, keys, 1) * own_value;
}

/// CLS rows where tokens come in any order: other leads' tokens are masked, 12 x tokens of them.
torch::Tensor attend_by_lead_index(const Rows& cls, const Rows& tokens,
                                   const LeadBeatPattern& pattern) {
  const auto lead = at::arange(pattern.leads, pattern.lead.options()).view({1, 1, -1, 1});
  const torch::Tensor other = pattern.lead.view({pattern.lead.size(0), 1, 1, -1}).ne(lead);
  const torch::Tensor bias = pattern.key_bias.unsqueeze(1).unsqueeze(1);
  return attend_with_own({cls.query, tokens.key, tokens.value},
                         at::where(other, at::full_like(bias, kHiddenKeyBias), bias), cls.key,
                         cls.value);
}

/// CLS rows where tokens are a whole grid: one group per lead.
torch::Tensor attend_by_lead(const Rows& cls, const Rows& tokens, const LeadBeatPattern& pattern) {
  const auto leads = pattern.leads;
  const auto grid = [&](const torch::Tensor& t) { return t.unflatten(2, {leads, -1}); };
  const auto single = [](const torch::Tensor& t) { return t.unsqueeze(3); };
  const torch::Tensor bias = pattern.key_bias.unflatten(1, {leads, -1}).unsqueeze(1).unsqueeze(3);
  return attend_with_own({single(cls.query), grid(tokens.key), grid(tokens.value)}, bias,
                         single(cls.key), single(cls.value))
      .squeeze(3);
}

/// Hidden rows of a whole grid (the visible ones too, in vain): one group per beat.
torch::Tensor attend_by_beat(const Rows& cls, const Rows& tokens, const LeadBeatPattern& pattern) {
  const auto leads = pattern.leads;
  const auto by_beat = [&](const torch::Tensor& t) {
    return t.unflatten(2, {leads, -1}).transpose(2, 3);
  };
  const auto own = [](const torch::Tensor& t) { return t.unsqueeze(2); };
  const torch::Tensor bias =
      pattern.key_bias.unflatten(1, {leads, -1}).transpose(1, 2).unsqueeze(1).unsqueeze(3);
  return attend_with_own(tokens.changed(by_beat), bias, own(cls.key), own(cls.value))
      .transpose(2, 3)
      .flatten(2, 3);
}

torch::Tensor attend_visible(const Rows& cls, const Rows& tokens, const torch::Tensor& lead,
                             const torch::Tensor& bias) {
  return attend_with_own(tokens, bias.unsqueeze(1).unsqueeze(1), pick(cls.key, lead),
                         pick(cls.value, lead));
}

/// Token rows of a grid of which some are hidden.
torch::Tensor attend_grid(const Rows& cls, const Rows& tokens, const LeadBeatPattern& pattern) {
  const auto shown =
      tokens.changed([&](const torch::Tensor& t) { return pick(t, pattern.visible_index); });
  const torch::Tensor lead = pattern.lead.gather(1, pattern.visible_index);
  const torch::Tensor seen = attend_visible(cls, shown, lead, pattern.visible_bias);
  const torch::Tensor hidden = attend_by_beat(cls, tokens, pattern);
  const torch::Tensor place = pattern.visible_index.view({seen.size(0), 1, -1, 1}).expand_as(seen);
  const torch::Tensor spread = hidden.scatter(2, place, seen.to(hidden.scalar_type()));
  return at::where(pattern.visible.unsqueeze(1).unsqueeze(-1), spread, hidden);
}

}  // namespace

torch::Tensor structured_attention(const torch::Tensor& query, const torch::Tensor& key,
                                   const torch::Tensor& value, const LeadBeatPattern& pattern) {
  const Rows rows{query, key, value};
  const auto leads = pattern.leads, tokens = query.size(2) - leads;
  const Rows cls = rows.changed([&](const torch::Tensor& t) { return t.narrow(2, 0, leads); });
  const Rows beats =
      rows.changed([&](const torch::Tensor& t) { return t.narrow(2, leads, tokens); });
  const bool grid = pattern.visible.defined();
  const torch::Tensor first =
      grid ? attend_by_lead(cls, beats, pattern) : attend_by_lead_index(cls, beats, pattern);
  const torch::Tensor rest = grid ? attend_grid(cls, beats, pattern)
                                  : attend_visible(cls, beats, pattern.lead, pattern.key_bias);
  return at::cat({first, rest}, 2);
}

}  // namespace ecg
