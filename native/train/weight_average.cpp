#include "train/weight_average.h"

#include <ATen/Functions.h>

#include <algorithm>

namespace ecg {

WeightAverage::WeightAverage(const System& model, double decay)
    : decay_(decay), twin_(make_system(model.config())) {
  const torch::NoGradGuard no_grad;
  twin_->to(model.parameters().at(0).device());
  const auto weights = model.parameters();
  auto mine = twin_->parameters();
  for (std::size_t i = 0; i < mine.size(); ++i) {
    mine[i].copy_(weights[i]);
    mine[i].set_requires_grad(false);
  }
}

void WeightAverage::follow(const System& model, std::int64_t update) {
  const torch::NoGradGuard no_grad;
  const double n = static_cast<double>(update);
  const double kept = std::min(decay_, (1 + n) / (10 + n));
  at::_foreach_lerp_(twin_->parameters(), model.parameters(), 1 - kept);
}

std::map<std::string, torch::Tensor> WeightAverage::state() const {
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& item : twin_->named_parameters()) tensors["ema." + item.key()] = item.value();
  return tensors;
}

bool WeightAverage::restore(const std::map<std::string, torch::Tensor>& tensors) {
  const torch::NoGradGuard no_grad;
  for (auto& item : twin_->named_parameters()) {
    const auto found = tensors.find("ema." + item.key());
    if (found == tensors.end() || found->second.sizes() != item.value().sizes()) return false;
    item.value().copy_(found->second);
  }
  return true;
}

}  // namespace ecg
