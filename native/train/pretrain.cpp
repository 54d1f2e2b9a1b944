#include "train/pretrain.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <chrono>
#include "corpus/failure.h"
#include "train/adamw.h"
#include "train/checkpoint.h"
#include "train/checkpoint_keeper.h"
#include "train/damage_log.h"
#include "train/forward.h"
#include "train/gradient_guard.h"
#include "train/run_record.h"
#include "train/schedule.h"

namespace ecg {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What one optimiser step gave.
struct StepResult {
  double loss = 0, patch_loss = 0, lr = 0, gradient_norm = 0, epoch = 0;
};

/// One run in progress.
class Run {
 public:
  explicit Run(const PretrainJob& job)
      : job_(job),
        config_(job.config),
        corpus_(value_or_throw(Corpus::open(job.corpus, &damaged_shards_))),
        device_(device_of(config_)),
        order_(corpus_.records_of(Split::kTrain), static_cast<std::uint64_t>(config_.seed)),
        keeper_(job.run, config_.keep_checkpoints, job.say),
        guard_(job.run, config_.most_skipped, job.say) {
    throw_on_error(check_same_input(config_.input, corpus_.info().spec));
    check_epochs();
    at::set_num_threads(static_cast<int>(config_.threads));
    at::globalContext().setFlushDenormal(true);
    model_ = MaskedAutoencoder(config_.model, static_cast<std::uint64_t>(config_.seed));
    model_->to(device_);
    optimiser_ = std::make_unique<AdamW>(*model_, config_);
    take_up();
    damage_ = std::make_unique<DamageLog>(job.run, corpus_, config_.most_damaged, damaged_shards_, job.say);
    metrics_ = std::make_unique<MetricsLog>(value_or_throw(MetricsLog::open(job.run, position_.step)));
  }

  PretrainResult run() {
    write_record("running", {});
    started_ = Clock::now();
    elapsed_before_ = position_.elapsed_s;
    first_step_ = position_.step;
    reported_ = started_;
    bool stopped = false;
    while (!done()) {
      one_step();
      stopped = must_stop();
      if (stopped) break;
    }
    return stopped ? stop() : finish();
  }

 private:
  // A fresh folder, or the newest checkpoint of the one that is there.
  void take_up() {
    const fs::path folder = job_.run / kCheckpointFolder;
    std::error_code failed;
    const bool used = fs::exists(job_.run / kRunFile, failed);
    if (used && !job_.resume) {
      throw Failure({ErrorCode::kInvalidArgument, "holds a run already",
                     "add --resume to go on with it, or name a new folder", job_.run.string(), {}});
    }
    fs::create_directories(folder, failed);
    if (!fs::is_directory(folder)) {
      throw Failure({ErrorCode::kIo, "cannot be created", "check the path", folder.string(), {}});
    }
    auto newest = value_or_throw(load_newest_checkpoint(job_.run, job_.say));
    if (newest) resume_from(*newest);
  }

  void resume_from(const TrainedModel& trained) {
    const bool same = json_from_config(trained.config) == json_from_config(config_);
    TrainConfig longer = trained.config;  // limits of time and machine may change
    longer.corpus_path = config_.corpus_path;  // the data hash tells whether it is the same
    longer.max_seconds = config_.max_seconds;
    longer.threads = config_.threads;
    longer.device = config_.device;
    longer.keep_checkpoints = config_.keep_checkpoints;
    longer.checkpoint_every = config_.checkpoint_every;
    longer.most_skipped = config_.most_skipped;
    longer.most_damaged = config_.most_damaged;
    if (!same && json_from_config(longer) != json_from_config(config_)) {
      throw Failure({ErrorCode::kInconsistent, "the run was begun with another configuration",
                     "resume with the settings in its run.json, or name a new folder", job_.run.string(), {}});
    }
    if (trained.data_hash != corpus_.info().data_hash) {
      throw Failure({ErrorCode::kInconsistent, "the run was begun with another corpus",
                     "resume with the same corpus", job_.corpus.string(), {}});
    }
    const torch::NoGradGuard no_grad;
    const auto stored = trained.model->named_parameters();
    for (auto& item : model_->named_parameters()) item.value().copy_(stored[item.key()]);
    if (!optimiser_->restore(trained.optimiser)) {
      throw Failure({ErrorCode::kInconsistent, "the checkpoint lacks optimiser state",
                     "start a new run", job_.run.string(), {}});
    }
    position_ = trained.position;
    if (job_.say) job_.say("resumed at step " + std::to_string(position_.step));
  }

  void check_epochs() const {
    const double epochs = static_cast<double>(config_.steps) * static_cast<double>(config_.batch) /
                          static_cast<double>(corpus_.records_of(Split::kTrain).size());
    if (epochs < kHeldOutEpoch) return;
    throw Failure({ErrorCode::kInvalidArgument, "more than a million epochs",
                   "choose fewer steps or more data", {}, {}});
  }

  double elapsed() const { return elapsed_before_ + seconds_since(started_); }

  bool done() const {
    return progress_of(config_, position_.step, elapsed()) >= 1;
  }

  bool must_stop() const {
    if (done()) return false;
    const bool out_of_time = config_.schedule_clock() == ScheduleClock::kSteps &&
                             config_.max_seconds > 0 && elapsed() >= config_.max_seconds;
    return out_of_time || (job_.stop && job_.stop->load()) ||
           (job_.stop_after_step && position_.step >= *job_.stop_after_step);
  }

  void one_step() {
    const StepResult result = update();
    ++position_.step;
    records_since_report_ += config_.batch;
    if (job_.step_done) job_.step_done(position_.step, result.loss);
    const bool validate = position_.step % config_.validate_every == 0;
    if (validate) run_validation();
    log(result, validate);
    report(result, validate);
    if (position_.step % config_.checkpoint_every == 0) save();
  }

  std::vector<Turn> turns_of_step() {
    const auto batch = static_cast<std::uint64_t>(config_.batch);
    std::vector<Turn> turns;
    for (std::uint64_t i = 0; i < batch; ++i) {
      turns.push_back(order_.at(static_cast<std::uint64_t>(position_.step) * batch + i));
    }
    return turns;
  }

  StepResult update() {
    const std::vector<Turn> turns = turns_of_step();
    const MaskedBatch batch = make_batch(corpus_, turns, config_, device_, damage_handler());
    torch::Tensor prediction;
    {
      const AutocastScope autocast(config_, device_);
      prediction = predict(model_, batch);
    }
    const auto loss = masked_reconstruction_loss(prediction, batch.patches, batch.counted,
                                                 config_.model.patch_epsilon);
    loss.total.backward();
    StepResult result;
    result.lr = learning_rate(config_, position_.step, elapsed());
    result.gradient_norm = optimiser_->gradient_norm();
    result.loss = loss.total.item<double>();
    result.patch_loss = loss.patch.item<double>();
    result.epoch = static_cast<double>(position_.step + 1) * static_cast<double>(config_.batch) /
                   static_cast<double>(corpus_.records_of(Split::kTrain).size());
    if (guard_.admit(position_.step, result.gradient_norm, corpus_, turns, position_.skipped_in_a_row)) {
      apply(result);
    } else {
      ++position_.skipped_steps;
    }
    optimiser_->clear_gradients();
    return result;
  }

  DamageHandler damage_handler() {
    return [this](std::uint32_t record, const Error& error) { damage_->note(record, error); };
  }

  void apply(const StepResult& result) {
    const double scale = result.gradient_norm > config_.grad_clip ? config_.grad_clip / result.gradient_norm : 1;
    optimiser_->step(result.lr, scale);
  }

  Evaluation validate_now() {
    return evaluate(model_, corpus_, Split::kValidation, config_, device_, config_.validation_records,
                    damage_handler());
  }

  void run_validation() {
    const Evaluation evaluation = validate_now();
    if (evaluation.records == 0) return;
    last_validation_ = evaluation;
    if (position_.best_step >= 0 && evaluation.patch_loss >= position_.best_validation) return;
    const RunPosition former = position_;
    position_.best_validation = evaluation.patch_loss;
    position_.best_step = position_.step;
    const auto best = checkpoint_of(model_, config_, here(), corpus_.info().data_hash, {});
    if (!keeper_.save_best(best)) position_ = former;
  }

  RunPosition here() const {
    RunPosition position = position_;
    position.elapsed_s = elapsed();
    return position;
  }

  void save(bool last = false) {
    const auto content = checkpoint_of(model_, config_, here(), corpus_.info().data_hash, optimiser_->state());
    keeper_.save(position_.step, content, last);
  }

  // What only informs may fail without ending the run; it is said once.
  void tell_once(const Result<void>& written) {
    if (written || told_of_log_) return;
    told_of_log_ = true;
    if (job_.say) job_.say("the run goes on without: " + to_string(written.error()));
  }

  void log(const StepResult& result, bool validated) {
    MetricsRow row{position_.step, result.epoch, result.lr, result.loss, result.patch_loss,
                   result.gradient_norm, {}, {}, rate_, elapsed()};
    if (validated && last_validation_) {
      row.validation_patch_loss = last_validation_->patch_loss;
      row.validation_baseline = last_validation_->baseline;
    }
    tell_once(metrics_->append(row));
  }

  void report(const StepResult& result, bool validated) {
    const double since = seconds_since(reported_);
    if (!validated && since < 1) return;
    rate_ = since > 0 ? static_cast<double>(records_since_report_) / since : 0;
    reported_ = Clock::now();
    records_since_report_ = 0;
    if (!job_.progress) return;
    RunProgress progress{position_.step, config_.steps, 0, rate_, result.loss, result.patch_loss,
                         result.lr, 0, {}, {}};
    progress.fraction = progress_of(config_, position_.step, elapsed());
    const double spent = seconds_since(started_);
    const double gained = progress.fraction - progress_of(config_, first_step_, elapsed_before_);
    progress.remaining_s = gained > 0 ? spent * (1 - progress.fraction) / gained : 0;
    if (last_validation_) {
      progress.validation = last_validation_->patch_loss;
      progress.validation_baseline = last_validation_->baseline;
    }
    job_.progress(progress);
  }

  PretrainResult stop() {
    save(/*last=*/true);
    write_record("stopped", {});
    PretrainResult result;
    result.step = position_.step;
    return result;
  }

  PretrainResult finish() {
    if (!last_validation_ || position_.step % config_.validate_every != 0) run_validation();
    save(/*last=*/true);
    auto best = value_or_throw(load_model(job_.run));
    best.model->to(device_);
    const auto every = static_cast<std::int64_t>(corpus_.records_of(Split::kTest).size());
    PretrainResult result;
    result.finished = true;
    result.step = position_.step;
    result.validation =
        evaluate(best.model, corpus_, Split::kValidation, config_, device_, config_.validation_records,
                 damage_handler());
    result.test =
        evaluate(best.model, corpus_, Split::kTest, config_, device_, every, damage_handler());
    write_record("finished", figures_of(result));
    return result;
  }

  static std::vector<std::pair<std::string, double>> figures_of(const PretrainResult& result) {
    std::vector<std::pair<std::string, double>> figures;
    const auto add = [&](const std::string& split, const Evaluation& e) {
      if (e.records == 0) return;
      figures.emplace_back(split + "_patch_loss", e.patch_loss);
      figures.emplace_back(split + "_baseline", e.baseline);
      figures.emplace_back(split + "_patch_loss_hidden_columns", e.column_patch_loss);
      figures.emplace_back(split + "_patch_loss_hidden_leads", e.lead_patch_loss);
      figures.emplace_back(split + "_level_loss", e.level_loss);
      figures.emplace_back(split + "_spread_loss", e.spread_loss);
      figures.emplace_back(split + "_records", static_cast<double>(e.records));
    };
    add("validation", result.validation);
    add("test", result.test);
    return figures;
  }

  void write_record(const std::string& status, std::vector<std::pair<std::string, double>> figures) {
    RunRecord record;
    record.config = config_;
    record.machine = machine_info(device_.str(), config_.threads);
    record.command = job_.command;
    record.data_hash = corpus_.info().data_hash;
    record.sources = corpus_.info().sources;
    record.licences = corpus_.info().licences;
    record.status = status;
    record.step = position_.step;
    for (const auto& parameter : model_->parameters()) record.parameters += parameter.numel();
    record.records_seen = position_.step * config_.batch;
    record.skipped_steps = position_.skipped_steps;
    record.damaged_records = static_cast<std::int64_t>(damage_->count());
    record.elapsed_s = status == "running" ? position_.elapsed_s : elapsed();
    record.figures = std::move(figures);
    throw_on_error(write_run_record(job_.run, record));
  }

  const PretrainJob& job_;
  TrainConfig config_;
  std::vector<DamagedShard> damaged_shards_;
  Corpus corpus_;
  torch::Device device_;
  SampleOrder order_;
  MaskedAutoencoder model_{nullptr};
  std::unique_ptr<AdamW> optimiser_;
  std::unique_ptr<MetricsLog> metrics_;
  std::unique_ptr<DamageLog> damage_;
  CheckpointKeeper keeper_;
  GradientGuard guard_;
  RunPosition position_;
  std::optional<Evaluation> last_validation_;
  bool told_of_log_ = false;
  std::int64_t records_since_report_ = 0;
  std::int64_t first_step_ = 0;
  double rate_ = 0;
  double elapsed_before_ = 0;
  Clock::time_point started_ = Clock::now(), reported_ = started_;
};

}  // namespace

Result<void> check_same_input(const ModelSpec& preset, const ModelSpec& corpus) {
  ModelSpec wanted = preset;
  wanted.patch_samples = corpus.patch_samples;
  wanted.name = corpus.name;
  wanted.version = corpus.version;
  if (wanted == corpus) return {};
  return Error{ErrorCode::kInconsistent,
               "the corpus was prepared for another input (leads, rate, length, filter or normalisation)",
               "prepare it with the same preset: the [input] table of both must agree", {}, {}};
}

PretrainResult pretrain(const PretrainJob& job) { return Run(job).run(); }

}  // namespace ecg
