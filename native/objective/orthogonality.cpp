#include "objective/orthogonality.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/autocast_mode.h>

#include "core/assert.h"
#include "distributed/gather.h"
#include "objective/siglip.h"

namespace ecg {
namespace {

/// Rows centred over those with weight 1 and of length 1; 0 for the others.
at::Tensor centred_units(const at::Tensor& rows, const at::Tensor& weight) {
  const auto mean = (rows * weight).sum(0, true) / weight.sum().clamp_min(1);
  return unit_rows((rows - mean) * weight);
}

at::Tensor batch_form(const at::Tensor& shared, const at::Tensor& specific, const at::Tensor& valid,
                      const Communicator& ranks) {
  const auto type = shared.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const auto s = gather_with_gradient(ranks, shared.to(type));
  const auto p = gather_with_gradient(ranks, specific.to(type));
  const auto weight = ranks.gather(valid.to(type)).unsqueeze(1);
  const auto product = at::matmul(centred_units(s, weight).t(), centred_units(p, weight));
  const auto count = weight.sum().clamp_min(1);
  return product.square().sum() / count.square() * valid.to(type).sum();
}

}  // namespace

const std::vector<std::string>& orthogonality_names() {
  static const std::vector<std::string> names = {"batch", "record"};
  return names;
}

Orthogonality orthogonality_of(const std::string& name) {
  if (name == "record") return Orthogonality::kRecord;
  ECG_ASSERT(name == "batch");
  return Orthogonality::kBatch;
}

at::Tensor orthogonality_sum(const at::Tensor& shared, const at::Tensor& specific,
                             const at::Tensor& valid, Orthogonality form,
                             const Communicator& ranks) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  if (form == Orthogonality::kBatch) return batch_form(shared, specific, valid, ranks);
  const auto cosine = (unit_rows(shared) * unit_rows(specific)).sum(1);
  return (cosine.square() * valid.to(cosine.scalar_type())).sum();
}

}  // namespace ecg
