#include "finite_differences.h"

#include <ATen/Functions.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>

namespace ecg::test {
namespace {

double central_difference(torch::Tensor& flat, std::int64_t at,
                          const std::function<torch::Tensor()>& loss) {
  constexpr double kStep = 1e-5;
  const double here = flat[at].item<double>();
  flat[at] = here + kStep;
  const double above = loss().item<double>();
  flat[at] = here - kStep;
  const double below = loss().item<double>();
  flat[at] = here;
  return (above - below) / (2 * kStep);
}

}  // namespace

NamedTensors named_parameters_of(const torch::nn::Module& module) {
  NamedTensors all;
  for (const auto& item : module.named_parameters()) all.emplace_back(item.key(), item.value());
  return all;
}

int check_gradients(const NamedTensors& tensors, const std::function<torch::Tensor()>& loss) {
  loss().backward();
  int not_zero = 0;
  for (const auto& [name, tensor] : tensors) {
    INFO(name);
    const torch::Tensor gradient = tensor.grad();
    REQUIRE(gradient.defined());
    REQUIRE(tensor.scalar_type() == torch::kFloat64);
    const torch::NoGradGuard no_grad;
    auto flat = tensor.view(-1);
    for (const std::int64_t at : {std::int64_t{0}, flat.numel() / 2, flat.numel() - 1}) {
      const double numeric = central_difference(flat, at, loss);
      const double exact = gradient.reshape(-1)[at].item<double>();
      CHECK(std::fabs(numeric - exact) < 1e-7 + 1e-5 * std::fabs(exact));
      not_zero += exact != 0;
    }
  }
  return not_zero;
}

}  // namespace ecg::test
