#pragma once
// A pretraining run from its first step to its last, through stops and resumptions.

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "distributed/communicator.h"
#include "train/evaluate.h"
#include "train/run_log.h"
#include "train/train_config.h"

namespace ecg {

/// A run to do.
struct PretrainJob {
  std::filesystem::path corpus;
  std::filesystem::path run;  ///< folder; a run in it is resumed if `resume`
  TrainConfig config;         ///< completed; `input` is replaced by the corpus' own
  bool resume = false;
  const Communicator* ranks = nullptr;  ///< of a run of several processes; the run folder is shared
  std::string command;                  ///< as it was typed, for run.json
  const std::atomic<bool>* stop = nullptr;           ///< once true: finish the step, save, return
  std::optional<std::int64_t> stop_after_step;       ///< as if stopped after this step
  std::function<void(const RunProgress&)> progress;  ///< about once a second, and at validations
  std::function<void(const std::string&)> say;       ///< a line worth reading
  std::function<void(std::int64_t, double)> step_done;  ///< step, loss: every step, for tests
};

/// How a run ended.
struct PretrainResult {
  bool early = false;  ///< finished before its last step: config.patience validations without gain
  bool finished = false;  ///< false: stopped, resumable. Figures below are rank 0's alone
  std::int64_t step = 0;
  Evaluation validation;  ///< of the best checkpoint, on as many records as the run validates with
  Evaluation test;        ///< of the best checkpoint, on the whole test split (finished runs only)
};

/// Trains. In kSteps mode the result is a function of configuration, corpus and seed: a run stopped
/// and resumed any number of times ends with the same bits on the CPU (same program, same number of
/// threads). A step whose gradient is not finite is skipped (gradient_guard.h), a damaged record is
/// set aside (damage_log.h), and a full disk is waited out (checkpoint_keeper.h). Several ranks
/// share out every step's records and end with the weights of one, up to rounding; a run may be
/// resumed with another number of them. When one is lost, rank 0 saves and the run stops. Throws
/// Failure (folder in use, corpus of another kind, damaged data, diverged, ...).
PretrainResult pretrain(const PretrainJob& job);

}  // namespace ecg
