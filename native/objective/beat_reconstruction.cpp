#include "objective/beat_reconstruction.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include "nn/clear_model.h"

namespace ecg {

BeatLossSums beat_reconstruction_sums(const at::Tensor& prediction, const at::Tensor& beats,
                                      const at::Tensor& counted, double epsilon) {
  const auto length = beats.size(-1);
  const auto type = beats.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const auto zero = at::zeros({}, beats.options().dtype(type));
  const auto matters = counted.unsqueeze(-1) > 0.5;
  // where(), not a product: NaN times 0 is NaN.
  const auto answer = at::where(matters, prediction.to(type), zero);
  const auto asked = at::where(matters, beats.to(type), zero);
  const NormalisedBeats target = normalise_beats(asked, epsilon);
  const auto weight = counted.to(type);
  const auto sum = [&](const at::Tensor& per_token) { return (per_token * weight).sum(); };
  return {sum((answer.narrow(-1, 0, length) - target.shape).square().mean(-1)),
          sum((answer.select(-1, length) - target.mean.squeeze(-1)).square()),
          sum((answer.select(-1, length + 1) - target.log_sd.squeeze(-1)).square())};
}

}  // namespace ecg
