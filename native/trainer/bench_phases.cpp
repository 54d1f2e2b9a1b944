#include "trainer/bench_phases.h"

#include <chrono>

#include "train/arithmetic.h"

namespace ecg::trainer {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

double StepPhases::sum() const {
  return data + copy + forward + backward + exchange + optimiser + rest;
}

std::vector<std::pair<std::string, double>> StepPhases::parts() const {
  return {{"data", data},
          {"copy", copy},
          {"forward", forward},
          {"backward", backward},
          {"norm, ranks", exchange},
          {"optimiser", optimiser},
          {"the rest", rest}};
}

StepLoss train_step(Learner& learner, std::span<const Batch> batches, const TrainConfig& config) {
  if (config.cuda_graph == 0 || !learner.replay(batches, config.peak_lr)) {
    learner.begin(batches);
    for (const Batch& batch : batches) learner.accumulate(batch);
    learner.exchange({});
    learner.apply(config.peak_lr);
  }
  const StepLoss loss = learner.read({});
  learner.end_step(0);
  return loss;
}

StepPhases measure_phases(Learner& learner, const TrainConfig& config, torch::Device device,
                          const std::function<std::vector<Batch>(std::int64_t)>& gather,
                          double seconds) {
  learner.time_phases_apart();
  TrainConfig apart = config;
  apart.cuda_graph = 0;
  StepPhases sums;
  Clock::time_point start;
  std::int64_t steps = -1;
  do {
    const auto began = Clock::now();
    std::vector<Batch> batches = gather(steps + 1);
    wait_for(device);
    const double data = seconds_since(began);
    for (Batch& batch : batches) batch = to_device(std::move(batch), device);
    wait_for(device);
    const double ready = seconds_since(began);
    train_step(learner, batches, apart);
    if (++steps == 0) {
      learner.take_seconds();
      start = Clock::now();
      continue;
    }
    sums.data += data;
    sums.copy += ready - data;
  } while (steps < 1 || seconds_since(start) < seconds);
  const PhaseSeconds step = learner.take_seconds();
  const auto n = static_cast<double>(steps);
  const double all = seconds_since(start);
  return {sums.data / n,
          sums.copy / n,
          step.forward / n,
          step.backward / n,
          step.exchange / n,
          step.optimiser / n,
          (all - sums.data - sums.copy - step.sum()) / n};
}

}  // namespace ecg::trainer
