#include "train/adamw.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "train/flat_gradients.h"

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
  const torch::NoGradGuard no_grad;
  const std::int64_t depth = config.model.depth;
  for (const auto& item : model.named_parameters()) {
    const double decay = has_weight_decay(item.key(), item.value()) ? config.weight_decay : 0;
    const auto above = static_cast<double>(depth + 1 - layer_of(item.key(), depth));
    const double lr_scale = std::pow(config.layer_decay, above);
    auto found = std::find_if(groups_.begin(), groups_.end(), [&](const Group& g) {
      return g.decay == decay && g.lr_scale == lr_scale;
    });
    if (found == groups_.end()) {
      found = groups_.emplace(groups_.end());
      found->decay = decay;
      found->lr_scale = lr_scale;
    }
    found->names.push_back(item.key());
    found->parameters.push_back(item.value());
  }
  std::int64_t count = 0;
  for (const auto& parameter : model.parameters()) count += flat_extent(parameter);
  const auto options = model.parameters().at(0).options().requires_grad(false);
  auto room = torch::zeros({3, count}, options);
  for (Group& group : groups_) room = lay_out(group, room);
}

torch::Tensor AdamW::lay_out(Group& group, const torch::Tensor& room) {
  const auto options = room.options();
  std::int64_t count = 0;
  for (const auto& parameter : group.parameters) count += flat_extent(parameter);
  group.all_parameters = room[0].narrow(0, 0, count);
  group.all_first = room[1].narrow(0, 0, count);
  group.all_second = room[2].narrow(0, 0, count);
  group.steps = torch::zeros({static_cast<std::int64_t>(group.parameters.size())},
                             options.dtype(torch::kFloat32));
  std::int64_t first = 0;
  for (auto& parameter : group.parameters) {
    const auto piece_of = [&](const torch::Tensor& all) {
      return all.narrow(0, first, parameter.numel()).view(parameter.sizes());
    };
    group.first_moments.push_back(piece_of(group.all_first));
    group.second_moments.push_back(piece_of(group.all_second));
    const auto place = piece_of(group.all_parameters);
    place.copy_(parameter);
    parameter.set_data(place);
    first += flat_extent(parameter);
  }
  return room.narrow(1, count, room.size(1) - count);
}

void AdamW::call_kernel(const Group& group, const Update& update,
                        const std::vector<std::vector<torch::Tensor>>& of) const {
  const auto if_defined = [](const torch::Tensor& tensor) {
    return tensor.defined() ? std::optional<torch::Tensor>(tensor) : std::nullopt;
  };
  // parameters, gradients, first and second moments, steps
  const auto call = [&](const auto& lr) {
    at::_fused_adamw_(of[0], of[1], of[2], of[3], {}, of[4], lr * group.lr_scale, beta1_, beta2_,
                      group.decay, epsilon_, /*amsgrad=*/false, /*maximize=*/false,
                      if_defined(update.divisor), if_defined(update.skip));
  };
  std::visit(call, update.lr);
}

void AdamW::step_group(Group& group, const Update& update) const {
  const auto count = [&](torch::Tensor steps) {
    return update.skip.defined() ? steps.add_(1 - update.skip) : steps.add_(1);
  };
  const auto flat = group.in_step ? flat_gradient_of(group.parameters) : std::nullopt;
  if (flat) {
    return call_kernel(group, update,
                       {{group.all_parameters},
                        {*flat},
                        {group.all_first},
                        {group.all_second},
                        {count(group.steps)[0]}});
  }
  // A parameter that took no part has no gradient; it keeps its state.
  std::vector<std::vector<torch::Tensor>> of(5);
  for (std::size_t i = 0; i < group.parameters.size(); ++i) {
    const torch::Tensor& gradient = group.parameters[i].grad();
    group.in_step = group.in_step && gradient.defined();
    if (!gradient.defined()) continue;
    const auto steps = count(group.steps[static_cast<std::int64_t>(i)]);
    const torch::Tensor parts[] = {group.parameters[i], gradient, group.first_moments[i],
                                   group.second_moments[i], steps};
    for (std::size_t k = 0; k < 5; ++k) of[k].push_back(parts[k]);
  }
  if (!of[0].empty()) call_kernel(group, update, of);
}

void AdamW::step(double lr, const torch::Tensor& divisor, const torch::Tensor& skip) {
  const torch::NoGradGuard no_grad;
  for (Group& group : groups_) step_group(group, {lr, divisor, skip});
}

void AdamW::step(const torch::Tensor& lr, const torch::Tensor& divisor, const torch::Tensor& skip) {
  const torch::NoGradGuard no_grad;
  for (Group& group : groups_) step_group(group, {lr, divisor, skip});
}

std::map<std::string, torch::Tensor> AdamW::state() const {
  std::map<std::string, torch::Tensor> tensors;
  for (const Group& group : groups_) {
    for (std::size_t i = 0; i < group.names.size(); ++i) {
      tensors["adam.m." + group.names[i]] = group.first_moments[i];
      tensors["adam.v." + group.names[i]] = group.second_moments[i];
      tensors["adam.step." + group.names[i]] = group.steps[static_cast<std::int64_t>(i)];
    }
  }
  return tensors;
}

bool AdamW::restore(const std::map<std::string, torch::Tensor>& tensors) {
  const torch::NoGradGuard no_grad;
  const auto take = [&](const std::string& name, torch::Tensor into) {
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
                 take("adam.step." + group.names[i], group.steps[static_cast<std::int64_t>(i)]);
    }
    group.in_step = group.steps.eq(group.steps[0]).all().item<bool>();
  }
  return complete;
}

}  // namespace ecg
