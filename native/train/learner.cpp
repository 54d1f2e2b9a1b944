#include "train/learner.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "nn/transformer_block.h"
#include "train/arithmetic.h"
#include "train/determinism.h"
#include "train/fixed_batches.h"
#include "train/replay.h"

namespace ecg {
namespace {

SystemPtr make_model(const TrainConfig& config, torch::Device device) {
  compute_deterministically(config.deterministic != 0);
  SystemPtr model = make_system(config);
  model->to(device);
  recompute_blocks(*model, config.checkpoint_blocks != 0);
  return model;
}

}  // namespace

class Learner::PhaseTimer {
 public:
  PhaseTimer(const Learner& learner, double& seconds) : learner_(learner), seconds_(seconds) {}
  ~PhaseTimer() {
    if (learner_.apart_) wait_for(learner_.device_);
    seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  PhaseTimer(const PhaseTimer&) = delete;
  PhaseTimer& operator=(const PhaseTimer&) = delete;

 private:
  const Learner& learner_;
  double& seconds_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Learner::Learner(const TrainConfig& config, torch::Device device, const Communicator& communicator)
    : config_(config),
      device_(device),
      communicator_(communicator),
      model_(make_model(config, device)),
      terms_(model_->terms()),
      optimiser_(*model_, config),
      gradients_(*model_),
      sums_(torch::zeros({static_cast<std::int64_t>(terms_.size())},
                         torch::TensorOptions(device).dtype(torch::kFloat64))),
      counts_(torch::ones_like(sums_)) {
  if (config.ema_decay > 0) average_.emplace(*model_, config.ema_decay);
}

Learner::~Learner() = default;

std::map<std::string, torch::Tensor> Learner::state() const {
  auto tensors = optimiser_.state();
  if (average_) tensors.merge(average_->state());
  return tensors;
}

bool Learner::restore(const std::map<std::string, torch::Tensor>& tensors, std::int64_t steps) {
  if (steps > 0) end_step(steps - 1);
  return optimiser_.restore(tensors) && (!average_ || average_->restore(tensors));
}

void Learner::begin(std::span<const Batch> batches) {
  const PhaseTimer timer(*this, seconds_.exchange);
  const torch::NoGradGuard no_grad;
  counts_.zero_();
  sums_.zero_();
  for (const Batch& batch : batches) counts_.add_(model_->counts(batch));
  communicator_.sum(counts_);
}

void Learner::accumulate(const Batch& batch) {
  std::vector<torch::Tensor> sums;
  torch::Tensor loss;
  {
    const PhaseTimer timer(*this, seconds_.forward);
    {
      const AutocastScope autocast(config_, device_);
      sums = model_->sums(batch, communicator_);
    }
    const auto shares = counts_.clamp_min(1).reciprocal();
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      if (terms_[i].weight == 0) continue;
      const auto share = shares[static_cast<std::int64_t>(i)].to(sums[i].scalar_type());
      const auto part = sums[i] * (share * terms_[i].weight);
      loss = loss.defined() ? loss + part : part;
    }
  }
  const PhaseTimer timer(*this, seconds_.backward);
  loss.backward();
  const torch::NoGradGuard no_grad;
  sums_.add_(torch::stack(sums).to(torch::kFloat64));
}

void Learner::exchange(std::span<const double> along) {
  const PhaseTimer timer(*this, seconds_.exchange);
  const torch::NoGradGuard no_grad;
  const std::vector<double> extra(along.begin(), along.end());
  auto all = torch::cat({sums_, sent_to(torch::tensor(extra, torch::kFloat64), device_)});
  communicator_.sum(all);
  communicator_.sum(gradients_.values());
  exchanged_ = torch::cat({counts_, all, gradients_.norm().to(torch::kFloat64).view({1})});
}

StepLoss Learner::read(std::span<double> along) {
  const PhaseTimer timer(*this, seconds_.exchange);
  const auto values = exchanged_.cpu();
  const double* value = values.data_ptr<double>();
  StepLoss loss;
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    loss.counts.push_back(value[i]);
    loss.parts.push_back(value[terms_.size() + i] / std::max(value[i], 1.0));
    loss.total += terms_[i].weight * loss.parts[i];
  }
  std::copy_n(value + 2 * terms_.size(), along.size(), along.begin());
  gradient_norm_ = value[values.numel() - 1];
  return loss;
}

StepLoss Learner::learn_from(std::span<const Batch> batches, std::span<double> along) {
  begin(batches);
  for (const Batch& batch : batches) accumulate(batch);
  exchange(along);
  return read(along);
}

template <typename Rate>
void Learner::update(const Rate& lr) {
  const PhaseTimer timer(*this, seconds_.optimiser);
  const torch::NoGradGuard no_grad;
  const auto norm = exchanged_[-1];
  const auto divisor = (norm / config_.grad_clip).clamp_min(1).to(torch::kFloat32);
  const auto skip = torch::isfinite(norm).logical_not().to(torch::kFloat32);
  optimiser_.step(lr, divisor, skip);
}

void Learner::apply(double lr) {
  update(lr);
  applied_ = true;
}

struct Learner::Repeated {
  FixedBatches batches;
  torch::Tensor lr;         ///< of this step
  torch::Tensor exchanged;  ///< what the work's exchange made
  std::optional<Replay> work;
};

bool Learner::replay(std::span<const Batch> batches, double lr) {
  if (!repeated_) {
    const auto type = device_.is_cpu() ? torch::kFloat64 : torch::kFloat32;
    repeated_ = std::make_unique<Repeated>(
        Repeated{FixedBatches(batches),
                 torch::zeros({}, torch::TensorOptions(device_).dtype(type)),
                 {},
                 {}});
    repeated_->work.emplace(device_, [this] {
      begin(repeated_->batches.batches());
      for (const Batch& batch : repeated_->batches.batches()) accumulate(batch);
      exchange({});
      update(repeated_->lr);
      repeated_->exchanged = exchanged_;
    });
  }
  if (!repeated_->batches.take(batches)) return false;
  repeated_->lr.fill_(lr);
  repeated_->work->run();
  exchanged_ = repeated_->exchanged;
  applied_ = true;
  return true;
}

void Learner::end_step(std::int64_t step) {
  const bool updated = std::exchange(applied_, false) && std::isfinite(gradient_norm_);
  if (average_ && updated) average_->follow(*model_, step);
  gradients_.clear();
  model_->after_step(step);
  if (average_) average_->model().after_step(step);
}

double Learner::trial_seconds(std::span<const Batch> batches, int trials) {
  double least = std::numeric_limits<double>::infinity();
  for (int trial = 0; trial <= trials; ++trial) {
    const auto start = std::chrono::steady_clock::now();
    begin(batches);
    for (const Batch& batch : batches) accumulate(batch);
    wait_for(device_);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    if (trial > 0) least = std::min(least, spent.count());
    gradients_.clear();
  }
  seconds_ = {};
  return least;
}

PhaseSeconds Learner::take_seconds() { return std::exchange(seconds_, PhaseSeconds{}); }

}  // namespace ecg
