#include "objective/contrast.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>

#include "core/assert.h"
#include "distributed/gather.h"

namespace ecg {
namespace {

constexpr double kSmallestSquare = 1e-12;  ///< added to a squared length, so that 0 divides nothing
constexpr double kNever = -1e9;            ///< logit of a row that is not compared with

/// Both views of every record, one after the other, as unit vectors: row 2 r + v.
at::Tensor unit_rows(const ContrastBatch& batch) {
  const auto type = batch.first.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const auto rows = at::stack({batch.first.to(type), batch.second.to(type)}, 1).flatten(0, 1);
  return rows * (rows.square().sum(1, true) + kSmallestSquare).rsqrt();
}

at::Tensor twice(const at::Tensor& per_record) { return per_record.repeat_interleave(2); }

/// What every anchor (a row of this process) is compared with (rows of all processes).
struct Pairs {
  at::Tensor logits;    ///< [anchors, rows], kNever where a row is not compared with
  at::Tensor positive;  ///< [anchors, rows] bool
};

/// Precondition: `all` holds the rows of all processes, this one's from row `first` on.
Pairs compare(const at::Tensor& own, const at::Tensor& all, const ContrastBatch& batch,
              const ContrastOptions& options, const Communicator& ranks) {
  const auto device = own.device();
  const std::int64_t first = ranks.rank() * own.size(0);
  const auto anchor = at::arange(first, first + own.size(0), device).unsqueeze(1);
  const auto row = at::arange(all.size(0), device).unsqueeze(0);
  const auto valid = twice(ranks.gather(batch.valid.to(at::kLong))).gt(0).unsqueeze(0);
  const auto person = ranks.gather(batch.patient.to(at::kLong));
  const auto same = twice(batch.patient).unsqueeze(1).eq(twice(person).unsqueeze(0));
  const auto other_view = row.eq(anchor.bitwise_xor(1));
  auto compared = valid.logical_and(row.ne(anchor));
  auto positive = other_view;
  if (options.same_patient == SamePatient::kExcluded) {
    compared = compared.logical_and(same.logical_not().logical_or(other_view));
  } else if (options.same_patient == SamePatient::kPositive) {
    positive = same.logical_and(compared).logical_or(other_view);
  }
  const auto never = compared.logical_or(other_view).logical_not();
  const auto logits = at::matmul(own, all.t()) / options.temperature;
  return {logits.masked_fill(never, kNever), positive};
}

}  // namespace

const std::vector<std::string>& same_patient_names() {
  static const std::vector<std::string> names = {"excluded", "positive", "negative"};
  return names;
}

SamePatient same_patient_of(const std::string& name) {
  if (name == "positive") return SamePatient::kPositive;
  if (name == "negative") return SamePatient::kNegative;
  ECG_ASSERT(name == "excluded");
  return SamePatient::kExcluded;
}

at::Tensor contrast_count(const at::Tensor& valid) { return 2 * valid.to(at::kDouble).sum(); }

at::Tensor contrast_sum(const ContrastBatch& batch, const ContrastOptions& options,
                        const Communicator& ranks) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  const auto own = unit_rows(batch);
  const auto pairs = compare(own, gather_with_gradient(ranks, own), batch, options, ranks);
  const auto positive = pairs.positive.to(own.scalar_type());
  const auto attracted = (pairs.logits * positive).sum(1) / positive.sum(1);
  const auto per_anchor = at::logsumexp(pairs.logits, {1}) - attracted;
  return (per_anchor * twice(batch.valid).to(own.scalar_type())).sum();
}

double contrast_accuracy(const ContrastBatch& batch, const ContrastOptions& options) {
  const at::NoGradGuard no_grad;
  const auto own = unit_rows(batch);
  const auto pairs = compare(own, own, batch, options, Communicator());
  const auto nearest = pairs.logits.argmax(1, true);
  const auto hit = pairs.positive.gather(1, nearest).squeeze(1).to(at::kDouble);
  const auto count = contrast_count(batch.valid).item<double>();
  if (count == 0) return 0;
  return (hit * twice(batch.valid).to(at::kDouble)).sum().item<double>() / count;
}

}  // namespace ecg
