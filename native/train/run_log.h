#pragma once
// What a run tells while it goes on: metrics.csv, TensorBoard events, and progress for people.

#include <chrono>
#include <functional>
#include <optional>

#include "train/evaluate.h"
#include "train/event_file.h"
#include "train/learner.h"
#include "train/run_record.h"

namespace ecg {

/// Folder of a run's TensorBoard event files.
inline constexpr const char* kEventFolder = "events";

/// How a run stands, told about once a second and at validations.
struct RunProgress {
  std::int64_t step = 0, steps = 0;
  double fraction = 0;         ///< of the run, 0 to 1
  double records_per_s = 0;    ///< since the last report
  double data_wait_share = 0;  ///< of that time, spent waiting for data
  double mfu = 0;              ///< arithmetic done / what the machine can do (arithmetic.h)
  StepLoss loss;               ///< of the last step, its parts as `part_names` say
  std::vector<std::string> part_names;
  double lr = 0, gradient_norm = 0;
  double elapsed_s = 0, remaining_s = 0;  ///< the latter an estimate
  std::optional<Evaluation> validation;   ///< the last one
};

/// One optimiser step as it is logged.
struct LoggedStep {
  std::int64_t step = 0, steps = 0;
  double epoch = 0, fraction = 0, lr = 0, gradient_norm = 0, elapsed_s = 0, data_wait_s = 0;
  StepLoss loss;
  std::int64_t records = 0;
  double flops = 0;                      ///< arithmetic of the step, all ranks
  std::optional<Evaluation> validation;  ///< if it was validated after this step
};

/// Logs of one part of a run, from its start or resumption to its end.
class RunLog {
 public:
  /// Opens the files of `run`. `part_names` are those of the loss; `peak_flops` is the machine's,
  /// of all ranks. Throws Failure.
  RunLog(const std::filesystem::path& run, std::vector<std::string> part_names,
         std::int64_t first_step, double first_fraction, double peak_flops,
         std::function<void(const RunProgress&)> progress,
         std::function<void(const std::string&)> say);

  /// Logs a step. What cannot be written (full disk) is said once; the run goes on.
  void add(const LoggedStep& step);

 private:
  using Clock = std::chrono::steady_clock;
  void write_metrics(const LoggedStep& step);
  void write_events(const LoggedStep& step);
  RunProgress progress_of_step(const LoggedStep& step) const;
  void tell_once(const Result<void>& written);

  std::function<void(const RunProgress&)> progress_;
  std::function<void(const std::string&)> say_;
  std::vector<std::string> part_names_;
  double peak_flops_, first_fraction_;
  MetricsLog metrics_;
  std::optional<EventFile> events_;
  bool told_ = false;
  Clock::time_point started_ = Clock::now(), reported_ = started_;
  double records_since_ = 0, flops_since_ = 0, waited_since_s_ = 0;
  double records_per_s_ = 0, mfu_ = 0, data_wait_share_ = 0;
  std::optional<Evaluation> validation_;
};

}  // namespace ecg
