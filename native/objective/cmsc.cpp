#include "objective/cmsc.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include "distributed/gather.h"

namespace ecg {
namespace {

constexpr double kSmallestLength = 1e-8;

// [anchors]: mean over its positives of -log softmax over all columns.
at::Tensor mean_surprise(const at::Tensor& logits, const at::Tensor& positive) {
  const auto weight = positive.to(logits.scalar_type());
  return -(logits.log_softmax(1) * weight).sum(1) / weight.sum(1);
}

}  // namespace

at::Tensor divided_by_own_length(const at::Tensor& z) {
  return z / z.norm(2, {-1}, true).clamp_min(kSmallestLength).detach();
}

at::Tensor cmsc_sum(const at::Tensor& first, const at::Tensor& second, const at::Tensor& patient,
                    double temperature, const Communicator& ranks) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  const auto wide = first.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const auto a = divided_by_own_length(first.to(wide));
  const auto b = divided_by_own_length(second.to(wide));
  const auto all_a = gather_with_gradient(ranks, a);
  const auto all_b = gather_with_gradient(ranks, b);
  const auto positive = patient.unsqueeze(1).eq(ranks.gather(patient).unsqueeze(0));
  const auto forwards = mean_surprise(at::matmul(a, all_b.t()) / temperature, positive);
  const auto backwards = mean_surprise(at::matmul(b, all_a.t()) / temperature, positive);
  return 0.5 * (forwards + backwards).sum();
}

}  // namespace ecg
