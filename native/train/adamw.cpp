#include "train/adamw.h"

#include <ATen/Functions.h>

namespace ecg {

bool has_weight_decay(const std::string& name, const torch::Tensor& parameter) {
  return parameter.dim() == 2 && name.find("lead_embedding") == std::string::npos;
}

AdamW::AdamW(torch::nn::Module& model, const TrainConfig& config)
    : beta1_(config.beta1), beta2_(config.beta2), epsilon_(config.epsilon) {
  groups_[0].decay = config.weight_decay;
  for (const auto& item : model.named_parameters()) {
    Group& group = groups_[has_weight_decay(item.key(), item.value()) ? 0 : 1];
    group.names.push_back(item.key());
    group.parameters.push_back(item.value());
    group.first_moments.push_back(torch::zeros_like(item.value()));
    group.second_moments.push_back(torch::zeros_like(item.value()));
    group.steps.push_back(torch::zeros({}, item.value().options().dtype(torch::kFloat32)));
  }
}

void AdamW::step_group(Group& group, double lr, double gradient_scale) {
  // A parameter that took no part has no gradient; it keeps its state.
  std::vector<torch::Tensor> parameters, gradients, first, second, steps;
  for (std::size_t i = 0; i < group.parameters.size(); ++i) {
    const torch::Tensor& gradient = group.parameters[i].grad();
    if (!gradient.defined()) continue;
    if (gradient_scale != 1) gradient.mul_(gradient_scale);
    group.steps[i].add_(1);
    parameters.push_back(group.parameters[i]);
    gradients.push_back(gradient);
    first.push_back(group.first_moments[i]);
    second.push_back(group.second_moments[i]);
    steps.push_back(group.steps[i]);
  }
  if (parameters.empty()) return;
  at::_fused_adamw_(parameters, gradients, first, second, {}, steps, lr, beta1_, beta2_, group.decay,
                    epsilon_, /*amsgrad=*/false, /*maximize=*/false);
}

void AdamW::step(double lr, double gradient_scale) {
  const torch::NoGradGuard no_grad;
  for (Group& group : groups_) step_group(group, lr, gradient_scale);
}

void AdamW::clear_gradients() {
  for (Group& group : groups_) {
    for (torch::Tensor& parameter : group.parameters) parameter.mutable_grad().reset();
  }
}

double AdamW::gradient_norm() const {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> squares;
  for (const Group& group : groups_) {
    for (const torch::Tensor& parameter : group.parameters) {
      if (parameter.grad().defined()) squares.push_back(parameter.grad().square().sum());
    }
  }
  return squares.empty() ? 0 : torch::stack(squares).sum().sqrt().item<double>();
}

std::map<std::string, torch::Tensor> AdamW::state() const {
  std::map<std::string, torch::Tensor> tensors;
  for (const Group& group : groups_) {
    for (std::size_t i = 0; i < group.names.size(); ++i) {
      tensors["adam.m." + group.names[i]] = group.first_moments[i];
      tensors["adam.v." + group.names[i]] = group.second_moments[i];
      tensors["adam.step." + group.names[i]] = group.steps[i];
    }
  }
  return tensors;
}

bool AdamW::restore(const std::map<std::string, torch::Tensor>& tensors) {
  const torch::NoGradGuard no_grad;
  const auto take = [&](const std::string& name, torch::Tensor& into) {
    const auto found = tensors.find(name);
    if (found == tensors.end() || found->second.sizes() != into.sizes()) return false;
    into.copy_(found->second);
    return true;
  };
  bool complete = true;
  for (Group& group : groups_) {
    for (std::size_t i = 0; i < group.names.size(); ++i) {
      complete = complete && take("adam.m." + group.names[i], group.first_moments[i]) &&
                 take("adam.v." + group.names[i], group.second_moments[i]) &&
                 take("adam.step." + group.names[i], group.steps[i]);
    }
  }
  return complete;
}

}  // namespace ecg
