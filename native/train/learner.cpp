#include "train/learner.h"

#include <ATen/Functions.h>

#include <chrono>

namespace ecg {
namespace {

/// Adds the time it lives to a phase.
class PhaseTimer {
 public:
  explicit PhaseTimer(double& seconds) : seconds_(seconds) {}
  ~PhaseTimer() {
    seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  PhaseTimer(const PhaseTimer&) = delete;
  PhaseTimer& operator=(const PhaseTimer&) = delete;

 private:
  double& seconds_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

MaskedAutoencoder make_model(const TrainConfig& config, torch::Device device) {
  MaskedAutoencoder model(config.model, static_cast<std::uint64_t>(config.seed));
  model->to(device);
  return model;
}

}  // namespace

Learner::Learner(const TrainConfig& config, torch::Device device, const Communicator& communicator)
    : config_(config),
      device_(device),
      communicator_(communicator),
      model_(make_model(config, device)),
      optimiser_(*model_, config),
      gradients_(*model_),
      sums_(torch::zeros({static_cast<std::int64_t>(kSums)},
                         torch::TensorOptions(device).dtype(torch::kFloat64))),
      nominal_tokens_(static_cast<double>(config.batch * config.model.token_count())) {
  if (config.ema_decay > 0) average_.emplace(model_, config.ema_decay);
}

std::map<std::string, torch::Tensor> Learner::state() const {
  auto tensors = optimiser_.state();
  if (average_) tensors.merge(average_->state());
  return tensors;
}

bool Learner::restore(const std::map<std::string, torch::Tensor>& tensors) {
  return optimiser_.restore(tensors) && (!average_ || average_->restore(tensors));
}

void Learner::accumulate(const MaskedBatch& batch) {
  ReconstructionLoss loss;
  {
    const PhaseTimer timer(seconds_.forward);
    torch::Tensor prediction;
    {
      const AutocastScope autocast(config_, device_);
      prediction = predict(model_, batch);
    }
    loss = masked_reconstruction_loss(prediction, batch.patches, batch.counted,
                                      config_.model.patch_epsilon);
  }
  const PhaseTimer timer(seconds_.backward);
  const auto tokens = batch.counted.sum();
  (loss.total * (tokens / nominal_tokens_)).backward();
  const torch::NoGradGuard no_grad;
  const auto means = torch::stack({torch::ones_like(tokens), loss.total, loss.patch, loss.level,
                                   loss.spread});
  sums_.add_(means.to(torch::kFloat64) * tokens.to(torch::kFloat64));
}

StepLoss Learner::exchange(std::span<double> along) {
  const PhaseTimer timer(seconds_.exchange);
  const torch::NoGradGuard no_grad;
  const auto extra = torch::from_blob(along.data(), {static_cast<std::int64_t>(along.size())},
                                      torch::kFloat64);
  auto all = torch::cat({sums_.cpu(), extra}).to(device_);
  communicator_.sum(all);
  communicator_.sum(gradients_.values());
  const auto values = all.cpu();
  const double* sum = values.data_ptr<double>();
  std::copy(sum + kSums, sum + kSums + along.size(), along.begin());
  sums_.zero_();
  const double tokens = std::max(sum[0], 1.0);
  scale_ = nominal_tokens_ / tokens;
  gradient_norm_ = gradients_.norm(scale_);
  return {sum[1] / tokens, sum[2] / tokens, sum[3] / tokens, sum[4] / tokens, sum[0]};
}

void Learner::apply(double lr, std::int64_t step) {
  const PhaseTimer timer(seconds_.optimiser);
  const double clip = gradient_norm_ > config_.grad_clip ? config_.grad_clip / gradient_norm_ : 1;
  gradients_.scale(scale_ * clip);
  optimiser_.step(lr);
  if (average_) average_->follow(model_, step);
}

PhaseSeconds Learner::take_seconds() { return std::exchange(seconds_, PhaseSeconds{}); }

}  // namespace ecg
