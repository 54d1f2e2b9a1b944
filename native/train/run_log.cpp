#include "train/run_log.h"

#include "corpus/failure.h"

namespace ecg {
namespace {

double unix_time_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

RunLog::RunLog(const std::filesystem::path& run, std::vector<std::string> part_names,
               std::int64_t first_step, double first_fraction, double peak_flops,
               std::function<void(const RunProgress&)> progress,
               std::function<void(const std::string&)> say)
    : progress_(std::move(progress)),
      say_(std::move(say)),
      part_names_(std::move(part_names)),
      peak_flops_(peak_flops),
      first_fraction_(first_fraction),
      metrics_(value_or_throw(MetricsLog::open(run, first_step, part_names_))) {
  auto events = EventFile::create(run / kEventFolder, unix_time_s(), first_step);
  if (events) events_.emplace(*std::move(events));
  if (!events) tell_once(events.error());
}

void RunLog::add(const LoggedStep& step) {
  records_since_ += static_cast<double>(step.records);
  flops_since_ += step.flops;
  waited_since_s_ += step.data_wait_s;
  if (step.validation) validation_ = step.validation;
  write_metrics(step);
  const double since_s = std::chrono::duration<double>(Clock::now() - reported_).count();
  if (!step.validation && since_s < 1) return;
  records_per_s_ = since_s > 0 ? records_since_ / since_s : 0;
  mfu_ = since_s > 0 && peak_flops_ > 0 ? flops_since_ / since_s / peak_flops_ : 0;
  data_wait_share_ = since_s > 0 ? std::min(waited_since_s_ / since_s, 1.0) : 0;
  reported_ = Clock::now();
  records_since_ = flops_since_ = waited_since_s_ = 0;
  write_events(step);
  if (progress_) progress_(progress_of_step(step));
}

void RunLog::write_metrics(const LoggedStep& step) {
  MetricsRow row;
  row.step = step.step;
  row.epoch = step.epoch;
  row.lr = step.lr;
  row.loss = step.loss.total;
  row.parts = step.loss.parts;
  row.gradient_norm = step.gradient_norm;
  if (step.validation) row.validation_loss = step.validation->loss;
  if (step.validation && step.validation->patches) {
    row.validation_patch_loss = step.validation->patches->loss;
    row.validation_baseline = step.validation->patches->baseline;
  }
  row.data_wait_share = data_wait_share_;
  row.mfu = mfu_;
  row.records_per_s = records_per_s_;
  row.elapsed_s = step.elapsed_s;
  tell_once(metrics_.append(row));
}

void RunLog::write_events(const LoggedStep& step) {
  if (!events_) return;
  std::vector<std::pair<std::string, double>> scalars{
      {"train/loss", step.loss.total},
      {"train/gradient_norm", step.gradient_norm}, {"train/lr", step.lr},
      {"speed/records_per_s", records_per_s_},  {"speed/mfu", mfu_},
      {"speed/data_wait_share", data_wait_share_}};
  for (std::size_t i = 0; i < step.loss.parts.size(); ++i) {
    scalars.emplace_back("train/" + part_names_[i] + "_loss", step.loss.parts[i]);
  }
  if (step.validation) scalars.emplace_back("validation/loss", step.validation->loss);
  if (step.validation && step.validation->patches) {
    scalars.emplace_back("validation/patch_loss", step.validation->patches->loss);
    scalars.emplace_back("validation/baseline", step.validation->patches->baseline);
  }
  tell_once(events_->add(step.step, unix_time_s(), scalars));
}

RunProgress RunLog::progress_of_step(const LoggedStep& step) const {
  RunProgress progress;
  progress.step = step.step;
  progress.steps = step.steps;
  progress.fraction = step.fraction;
  progress.records_per_s = records_per_s_;
  progress.data_wait_share = data_wait_share_;
  progress.mfu = mfu_;
  progress.loss = step.loss;
  progress.part_names = part_names_;
  progress.lr = step.lr;
  progress.gradient_norm = step.gradient_norm;
  progress.elapsed_s = step.elapsed_s;
  const double spent_s = std::chrono::duration<double>(Clock::now() - started_).count();
  const double gained = step.fraction - first_fraction_;
  progress.remaining_s = gained > 0 ? spent_s * (1 - step.fraction) / gained : 0;
  progress.validation = validation_;
  return progress;
}

void RunLog::tell_once(const Result<void>& written) {
  if (written || told_) return;
  told_ = true;
  if (say_) say_("the run goes on without: " + to_string(written.error()));
}

}  // namespace ecg
