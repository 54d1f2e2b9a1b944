#pragma once
// Learning rate over a run: linear warm-up, then half a cosine.

#include "train/train_config.h"

namespace ecg {

/// How far a run is, from 0 to 1: step / steps, or with ScheduleClock::kWall the further of that
/// and elapsed_s / max_seconds.
double progress_of(const TrainConfig& config, std::int64_t step, double elapsed_s);

/// Learning rate of step `step` (from 0): rises to peak_lr over warmup_steps, then falls as
/// peak_lr * (f + (1 - f) (1 + cos(pi p)) / 2) with f = final_lr_ratio and p from 0 (end of
/// warm-up) to 1 (progress 1).
double learning_rate(const TrainConfig& config, std::int64_t step, double elapsed_s);

}  // namespace ecg
