#include "train/schedule.h"

#include <algorithm>

#include "core/exact_math.h"

namespace ecg {

double progress_of(const TrainConfig& config, std::int64_t step, double elapsed_s) {
  const double by_step = static_cast<double>(step) / static_cast<double>(config.steps);
  if (config.schedule_clock() == ScheduleClock::kSteps) return std::min(by_step, 1.0);
  return std::min(std::max(by_step, elapsed_s / config.max_seconds), 1.0);
}

double learning_rate(const TrainConfig& config, std::int64_t step, double elapsed_s) {
  if (step < config.warmup_steps) {
    return config.peak_lr * static_cast<double>(step + 1) /
           static_cast<double>(config.warmup_steps);
  }
  const double warmup =
      static_cast<double>(config.warmup_steps) / static_cast<double>(config.steps);
  const double done = (progress_of(config, step, elapsed_s) - warmup) / (1 - warmup);
  const double p = std::clamp(done, 0.0, 1.0);
  const double f = config.final_lr_ratio;
  return config.peak_lr * (f + (1 - f) * 0.5 * (1 + exact_cos_turns(p / 2)));
}

}  // namespace ecg
