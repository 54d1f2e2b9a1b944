#include "objective/siglip.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>

#include "distributed/gather.h"

namespace ecg {
namespace {

/// Sign of every pair [own, all]: 1 together, -1 apart, 0 not looked at.
at::Tensor signs_of(const SiglipBatch& batch, const SiglipOptions& options,
                    const Communicator& ranks) {
  const std::int64_t own = batch.valid.size(0), first = ranks.rank() * own;
  const auto device = batch.valid.device();
  const auto equal = [&](const at::Tensor& ids) {
    return ids.to(at::kLong).unsqueeze(1).eq(ranks.gather(ids.to(at::kLong)).unsqueeze(0));
  };
  const auto sign_of = [](SamePatient relation) {
    if (relation == SamePatient::kPositive) return 1.0;
    return relation == SamePatient::kNegative ? -1.0 : 0.0;
  };
  auto sign = at::full({own, own * ranks.size()}, -1.0, batch.valid.options().dtype(at::kFloat));
  sign.masked_fill_(equal(batch.patient), sign_of(options.same_patient));
  sign.masked_fill_(equal(batch.text_id), sign_of(options.same_report));
  const auto row = at::arange(first, first + own, device).unsqueeze(1);
  sign.masked_fill_(row.eq(at::arange(own * ranks.size(), device).unsqueeze(0)), 1.0);
  const auto valid = batch.valid.to(at::kFloat);
  return sign * valid.unsqueeze(1) * ranks.gather(valid).unsqueeze(0);
}

}  // namespace

at::Tensor unit_rows(const at::Tensor& rows) {
  const auto wide = rows.scalar_type() == at::kDouble ? rows : rows.to(at::kFloat);
  return wide * (wide.square().sum(1, true) + 1e-12).rsqrt();
}

at::Tensor siglip_sum(const SiglipBatch& batch, const at::Tensor& log_scale, const at::Tensor& bias,
                      const SiglipOptions& options, const Communicator& ranks) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  const auto ecg = unit_rows(batch.ecg);
  const auto text = gather_with_gradient(ranks, unit_rows(batch.text));
  const auto sign = signs_of(batch, options, ranks).to(ecg.scalar_type());
  const auto logits = at::matmul(ecg, text.t()) * log_scale.exp() + bias;
  return -(at::log_sigmoid(sign * logits) * sign.abs()).sum();
}

double retrieval_accuracy(const SiglipBatch& batch) {
  const at::NoGradGuard no_grad;
  const auto valid = batch.valid.gt(0);
  const auto count = valid.sum().item<double>();
  if (count == 0) return 0;
  const auto cosine = at::matmul(unit_rows(batch.ecg), unit_rows(batch.text).t())
                          .masked_fill(valid.logical_not().unsqueeze(0), -2.0);
  const auto found = batch.text_id.index_select(0, cosine.argmax(1));
  return found.eq(batch.text_id).logical_and(valid).sum().item<double>() / count;
}

}  // namespace ecg
