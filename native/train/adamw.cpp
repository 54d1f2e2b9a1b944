#include "train/adamw.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace ecg {

bool has_weight_decay(const std::string& name, const torch::Tensor& parameter) {
  const auto is = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  return parameter.dim() >= 2 && !is("lead_embedding") && !is("column_position");
}

std::int64_t layer_of(const std::string& name, std::int64_t depth) {
  constexpr std::string_view kBlocks = "blocks.", kAfter[] = {"decoder", "head."},
                             kBefore[] = {"embed", "column_position", "stem", "extractor"};
  const auto holds = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  if (std::any_of(std::begin(kAfter), std::end(kAfter), holds)) return depth + 1;
  if (const std::size_t at = name.find(kBlocks); at != std::string::npos) {
    return std::min<std::int64_t>(1 + std::atoll(name.c_str() + at + kBlocks.size()), depth + 1);
  }
  return std::any_of(std::begin(kBefore), std::end(kBefore), holds) ? 0 : depth + 1;
}

AdamW::AdamW(torch::nn::Module& model, const TrainConfig& config)
    : beta1_(config.beta1), beta2_(config.beta2), epsilon_(config.epsilon) {
  for (const auto& item : model.named_parameters()) {
    const double decay = has_weight_decay(item.key(), item.value()) ? config.weight_decay : 0;
    const auto above = static_cast<double>(config.model.depth + 1 - layer_of(item.key(), config.model.depth));
    const double lr_scale = std::pow(config.layer_decay, above);
    auto found = std::find_if(groups_.begin(), groups_.end(), [&](const Group& g) {
      return g.decay == decay && g.lr_scale == lr_scale;
    });
    if (found == groups_.end()) found = groups_.insert(groups_.end(), Group{decay, lr_scale, {}, {}, {}, {}, {}});
    Group& group = *found;
    group.names.push_back(item.key());
    group.parameters.push_back(item.value());
    group.first_moments.push_back(torch::zeros_like(item.value()));
    group.second_moments.push_back(torch::zeros_like(item.value()));
    group.steps.push_back(torch::zeros({}, item.value().options().dtype(torch::kFloat32)));
  }
}

void AdamW::step_group(Group& group, double lr) {
  // A parameter that took no part has no gradient; it keeps its state.
  std::vector<torch::Tensor> parameters, gradients, first, second, steps;
  for (std::size_t i = 0; i < group.parameters.size(); ++i) {
    const torch::Tensor& gradient = group.parameters[i].grad();
    if (!gradient.defined()) continue;
    group.steps[i].add_(1);
    parameters.push_back(group.parameters[i]);
    gradients.push_back(gradient);
    first.push_back(group.first_moments[i]);
    second.push_back(group.second_moments[i]);
    steps.push_back(group.steps[i]);
  }
  if (parameters.empty()) return;
  at::_fused_adamw_(parameters, gradients, first, second, {}, steps, lr * group.lr_scale, beta1_, beta2_, group.decay,
                    epsilon_, /*amsgrad=*/false, /*maximize=*/false);
}

void AdamW::step(double lr) {
  const torch::NoGradGuard no_grad;
  for (Group& group : groups_) step_group(group, lr);
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
