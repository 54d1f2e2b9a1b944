#include "nn/classifier_head.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <cmath>

#include "nn/initialise.h"

namespace ecg {
namespace {

constexpr std::int64_t kHeadWidth = 32;  ///< at least, where the width allows several heads

std::int64_t pooling_heads(std::int64_t width) {
  for (std::int64_t heads = width / kHeadWidth; heads > 1; --heads) {
    if (width % heads == 0) return heads;
  }
  return 1;
}

}  // namespace

const std::vector<std::string>& head_kinds() {
  static const std::vector<std::string> kinds{"linear", "attention", "hug"};
  return kinds;
}

ClassifierHeadImpl::ClassifierHeadImpl(const std::string& kind, const std::vector<Lead>& leads,
                                       std::int64_t width, std::int64_t classes, std::uint64_t seed)
    : kind_(kind), leads_(static_cast<std::int64_t>(leads.size())) {
  if (kind_ == "attention") {
    heads_ = pooling_heads(width);
    norm = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
    query = register_parameter("query", torch::zeros({width}));
    key = register_module("key", torch::nn::Linear(width, width));
    value = register_module("value", torch::nn::Linear(width, width));
  }
  if (kind_ == "hug")
    hug = register_module("hug", HugHead(leads, width, classes));
  else
    output = register_module("output", torch::nn::Linear(width, classes));
  initialise_randomly(*this, seed);
  const torch::NoGradGuard no_grad;
  final_layer()->weight.zero_();
}

torch::Tensor ClassifierHeadImpl::pool(const torch::Tensor& tokens) {
  const auto batch = tokens.size(0), count = tokens.size(1), width = tokens.size(2);
  const auto absent = tokens.detach().abs().amax(2) == 0;  // [batch, tokens]
  const auto normed = norm(tokens);
  const auto of_heads = [&](const torch::Tensor& x) {  // [batch, heads, tokens, width / heads]
    return x.view({batch, count, heads_, width / heads_}).transpose(1, 2);
  };
  const auto queries = query.view({1, heads_, 1, width / heads_});
  const double scale = 1 / std::sqrt(static_cast<double>(width / heads_));
  auto logits = (of_heads(key(normed)) * queries).sum(3) * scale;  // [batch, heads, tokens]
  // A large finite number, so that a record of absent leads alone stays finite.
  logits = logits.masked_fill(absent.unsqueeze(1), -1e9);
  const auto weights = logits.softmax(2).masked_fill(absent.unsqueeze(1), 0);
  return (of_heads(value(normed)) * weights.unsqueeze(3)).sum(2).reshape({batch, width});
}

torch::Tensor ClassifierHeadImpl::by_leads(const torch::Tensor& tokens) {
  TORCH_CHECK(tokens.size(1) % leads_ == 0,
              "the head hug needs an encoder with equally many tokens per lead; use attention");
  const auto of_lead = tokens.view({tokens.size(0), leads_, -1, tokens.size(2)});
  const auto present = (of_lead.detach().abs().amax({2, 3}) > 0).to(tokens.dtype());
  return hug(of_lead.mean(2), present);
}

torch::Tensor ClassifierHeadImpl::forward(const EncodedBatch& encoded) {
  if (kind_ == "hug") return by_leads(encoded.tokens);
  return output(kind_ == "attention" ? pool(encoded.tokens) : encoded.embedding);
}

}  // namespace ecg
