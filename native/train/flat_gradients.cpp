#include "train/flat_gradients.h"

#include <ATen/Functions.h>

namespace ecg {

FlatGradients::FlatGradients(torch::nn::Module& model) {
  const torch::NoGradGuard no_grad;
  std::int64_t count = 0;
  auto parameters = model.parameters();
  for (const auto& parameter : parameters) count += parameter.numel();
  values_ = torch::zeros({count}, parameters.at(0).options().requires_grad(false));
  std::int64_t first = 0;
  for (auto& parameter : parameters) {
    views_.push_back(values_.narrow(0, first, parameter.numel()).view(parameter.sizes()));
    parameter.mutable_grad() = views_.back();
    first += parameter.numel();
  }
}

double FlatGradients::norm(double scale) const {
  const torch::NoGradGuard no_grad;
  // By parameter first: one sum over tens of millions of squares would lose digits in float32.
  return torch::stack(at::_foreach_norm(views_)).norm().item<double>() * scale;
}

void FlatGradients::scale(double factor) {
  const torch::NoGradGuard no_grad;
  values_.mul_(factor);
}

void FlatGradients::clear() {
  const torch::NoGradGuard no_grad;
  values_.zero_();
}

}  // namespace ecg
