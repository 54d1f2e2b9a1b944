#include "downstream/tuning.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "train/forward.h"
#include "train/schedule.h"

namespace ecg {
namespace {

// The optimiser's and the schedule's view of the options.
TrainConfig schedule_of(const FineTuneOptions& options, const TrainConfig& start,
                        std::int64_t epoch_steps) {
  TrainConfig config = start;
  config.clock = "steps";
  config.steps = options.epochs * epoch_steps;
  const double warmup = options.warmup * static_cast<double>(config.steps);
  config.warmup_steps = std::max<std::int64_t>(1, static_cast<std::int64_t>(warmup));
  config.peak_lr = options.lr;
  config.final_lr_ratio = 0.01;
  config.beta1 = 0.9;
  config.beta2 = 0.999;
  config.layer_decay = options.layer_decay;
  config.weight_decay = options.weight_decay;
  config.device = options.device;
  return config;
}

double gradient_norm(const torch::nn::Module& module) {
  double sum = 0;
  for (const auto& parameter : module.parameters()) {
    if (!parameter.grad().defined()) continue;
    sum += parameter.grad().to(at::kDouble).square().sum().item<double>();
  }
  return std::sqrt(sum);
}

}  // namespace

Tuner::Tuner(const SystemPtr& encoder, const std::shared_ptr<torch::nn::Module>& head,
             const TrainConfig& start, const FineTuneOptions& options, std::int64_t epoch_steps)
    : schedule_(schedule_of(options, start, epoch_steps)),
      grad_clip_(options.grad_clip),
      device_(device_of(schedule_)) {
  both_.register_module("encoder", encoder);
  both_.register_module("head", head);
  both_.to(device_);
  optimiser_.emplace(both_, schedule_);
}

double Tuner::step(const torch::Tensor& loss) {
  both_.zero_grad();
  loss.backward();
  const double norm = gradient_norm(both_);
  const double lr = learning_rate(schedule_, step_++, 0);
  const auto value = loss.item<double>();
  if (!std::isfinite(norm)) return value;
  if (norm > grad_clip_) {
    const torch::NoGradGuard no_grad;
    for (auto& parameter : both_.parameters()) {
      if (parameter.grad().defined()) parameter.mutable_grad().mul_(grad_clip_ / norm);
    }
  }
  optimiser_->step(lr);
  return value;
}

void Tuner::keep() {
  kept_.clear();
  for (const auto& parameter : both_.parameters()) kept_.push_back(parameter.detach().clone());
}

void Tuner::restore() {
  const torch::NoGradGuard no_grad;
  const auto parameters = both_.parameters();
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    auto parameter = parameters[i];
    parameter.copy_(kept_[i]);
  }
}

std::vector<std::uint32_t> counted_to(std::size_t count) {
  std::vector<std::uint32_t> all(count);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

}  // namespace ecg
