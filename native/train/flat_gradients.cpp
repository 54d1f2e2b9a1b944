#include "train/flat_gradients.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <functional>

namespace ecg {

std::int64_t flat_extent(const torch::Tensor& parameter) {
  const std::int64_t step = 64 / parameter.element_size();
  return (parameter.numel() + step - 1) / step * step;
}

std::optional<torch::Tensor> flat_gradient_of(const std::vector<torch::Tensor>& parameters) {
  std::int64_t count = 0;
  const char* next = nullptr;
  for (const auto& parameter : parameters) {
    const torch::Tensor& gradient = parameter.grad();
    if (!gradient.defined() || !gradient.is_contiguous()) return std::nullopt;
    const auto* start = static_cast<const char*>(gradient.data_ptr());
    if (next && start != next) return std::nullopt;
    next = start + flat_extent(parameter) * parameter.element_size();
    count += flat_extent(parameter);
  }
  const torch::Tensor& first = parameters.at(0).grad();
  const auto room = static_cast<std::int64_t>(first.storage().nbytes()) / first.element_size();
  if (first.storage_offset() + count > room) return std::nullopt;
  return first.as_strided({count}, {1});
}

FlatGradients::FlatGradients(torch::nn::Module& model) {
  const torch::NoGradGuard no_grad;
  std::int64_t count = 0;
  auto parameters = model.parameters();
  std::sort(parameters.begin(), parameters.end(), [](const auto& a, const auto& b) {
    return std::less<const void*>()(a.data_ptr(), b.data_ptr());
  });
  for (const auto& parameter : parameters) count += flat_extent(parameter);
  values_ = torch::zeros({count}, parameters.at(0).options().requires_grad(false));
  std::int64_t first = 0;
  for (auto& parameter : parameters) {
    views_.push_back(values_.narrow(0, first, parameter.numel()).view(parameter.sizes()));
    parameter.mutable_grad() = views_.back();
    first += flat_extent(parameter);
  }
}

torch::Tensor FlatGradients::norm() const {
  const torch::NoGradGuard no_grad;
  // By parameter first: one sum over tens of millions of squares would lose digits in float32.
  return torch::stack(at::_foreach_norm(views_)).norm();
}

void FlatGradients::clear() {
  const torch::NoGradGuard no_grad;
  values_.zero_();
}

}  // namespace ecg
