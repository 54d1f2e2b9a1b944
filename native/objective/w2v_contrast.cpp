#include "objective/w2v_contrast.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <limits>

namespace ecg {
namespace {

constexpr double kSmallestLength = 1e-8;
constexpr double kSmallestProbability = 1e-7;

at::Tensor unit_rows(const at::Tensor& rows) {
  const auto wide = rows.scalar_type() == at::kDouble ? rows : rows.to(at::kFloat);
  return wide / wide.norm(2, {-1}, true).clamp_min(kSmallestLength);
}

// [batch, K, 1 + N]: cosines with the own target, then with the negatives' (-infinity = left out).
at::Tensor cosines(const W2vSteps& steps) {
  const auto all = at::matmul(unit_rows(steps.context), unit_rows(steps.targets).transpose(1, 2));
  const auto own = all.diagonal(0, 1, 2).unsqueeze(2);
  const auto same = steps.codes.unsqueeze(1).eq(steps.codes.unsqueeze(2)).all(-1);
  const auto others = all.gather(2, steps.negatives);
  const auto left_out = same.gather(2, steps.negatives);
  const double never = -std::numeric_limits<double>::infinity();
  return at::cat({own, others.masked_fill(left_out, never)}, 2);
}

}  // namespace

at::Tensor w2v_contrast_sum(const W2vSteps& steps, double temperature) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  const auto logits = cosines(steps) / temperature;
  return (at::logsumexp(logits, {2}) - logits.select(2, 0)).sum();
}

double w2v_accuracy(const W2vSteps& steps) {
  const at::NoGradGuard no_grad;
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  return cosines(steps).argmax(2).eq(0).to(at::kDouble).mean().item<double>();
}

at::Tensor code_probability_sum(const at::Tensor& logits) {
  return logits.softmax(-1).flatten(0, -3).sum(0);
}

at::Tensor diversity_loss(const at::Tensor& mean_probabilities) {
  const auto entropy =
      -(mean_probabilities * (mean_probabilities + kSmallestProbability).log()).sum(-1);
  const auto all = static_cast<double>(mean_probabilities.numel());
  return (all - entropy.exp().sum()) / all;
}

}  // namespace ecg
