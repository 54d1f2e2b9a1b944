#include "train/pretrain.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <array>
#include <chrono>
#include "corpus/failure.h"
#include "train/arithmetic.h"
#include "train/attention_choice.h"
#include "train/checkpoint.h"
#include "train/checkpoint_keeper.h"
#include "train/damage_log.h"
#include "train/gradient_guard.h"
#include "train/learner.h"
#include "train/prefetcher.h"
#include "train/resume.h"
#include "train/run_checks.h"
#include "train/run_record.h"
#include "train/schedule.h"
#include "train/step_feed.h"

namespace ecg {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// Steps timed for every kernel of attention.
constexpr int kAttentionTrials = 3;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// One run in progress, as one of its ranks.
class Run {
 public:
  explicit Run(const PretrainJob& job)
      : job_(job),
        config_(job.config),
        ranks_(job.ranks ? *job.ranks : alone_),
        corpus_(value_or_throw(Corpus::open(job.corpus, &damaged_shards_))),
        device_(device_of(config_)),
        keeper_(job.run, config_.keep_checkpoints, job.say),
        guard_(ranks_.is_writer() ? job.run : fs::path(), config_.most_skipped, job.say) {
    throw_on_error(check_same_input(config_.input, corpus_.info().spec));
    throw_on_error(adopt_corpus(config_, job.corpus, corpus_.info()));
    check_epochs(config_, corpus_);
    at::set_num_threads(static_cast<int>(config_.threads));
    at::globalContext().setFlushDenormal(true);
    learner_ = std::make_unique<Learner>(config_, device_, ranks_);
    check_shares(config_, ranks_, learner_->model());
    check_cuda_graph(config_, device_, ranks_, learner_->model());
    take_up();
    damage_ = std::make_unique<DamageLog>(job.run, corpus_, config_.most_damaged, damaged_shards_,
                                          ranks_.is_writer(), job.say);
    feed_ = std::make_unique<StepFeed>(learner_->model(), corpus_, config_, device_, ranks_,
                                       damage_handler());
    feed_->use_resident(bring_to_device());
    choose_attention();
    if (!ranks_.is_writer()) return;
    const double peak_flops = measured_peak_flops(config_, device_) * ranks_.size();
    std::vector<std::string> parts;
    for (const LossTerm& term : learner_->model().terms()) parts.push_back(term.name);
    log_ = std::make_unique<RunLog>(job.run, std::move(parts), position_.step,
                                    progress_of(config_, position_.step, position_.elapsed_s),
                                    peak_flops, job.progress, job.say);
  }

  PretrainResult run() {
    write_record("running", {});
    started_ = Clock::now();
    elapsed_before_ = agreed_elapsed_ = position_.elapsed_s;
    Prefetcher<StepData> data([this](std::int64_t step) { return feed_->make(step); },
                              position_.step, static_cast<std::size_t>(config_.prefetch));
    bool stopped = false;
    try {
      while (!done()) {
        StepData step = data.next();
        one_step(step, data.take_waited_s());
        stopped = !out_of_patience_ && must_stop();
        if (stopped || out_of_patience_) break;
      }
    } catch (const RankLost& lost) {
      return abandon(lost);
    }
    return stopped ? stop() : finish();
  }

 private:
  std::shared_ptr<const ResidentCorpus> bring_to_device() {
    const auto start = Clock::now();
    auto resident = resident_corpus(corpus_, config_, device_, damage_handler());
    if (!resident) return nullptr;
    char text[96];
    std::snprintf(text, sizeof text, "%.2f GB of training records on %s after %.1f s",
                  static_cast<double>(resident->bytes()) / 1e9, device_.str().c_str(),
                  seconds_since(start));
    say(text);
    return resident;
  }

  // Once in a run: what is chosen is part of its configuration from then on, so that a resumed run
  // computes the same. The writer's times count for all ranks.
  void choose_attention() {
    if (config_.attention == "timed") {
      const auto names = attention_candidates(config_, device_);
      const StepData data = feed_->make(position_.step);
      config_.attention = fastest_of(names, [&](const std::string& name) {
        use_attention(learner_->model(), name);
        return from_writer(learner_->trial_seconds(data.batches, kAttentionTrials));
      });
      say("attention by \"" + config_.attention + "\", the fastest for these data");
    }
    use_attention(learner_->model(), config_.attention);
  }

  // A fresh folder, or the newest checkpoint of the one that is there.
  void take_up() {
    const fs::path folder = job_.run / kCheckpointFolder;
    std::error_code failed;
    const bool used = fs::exists(job_.run / kRunFile, failed);
    if (used && !job_.resume) {
      throw Failure({ErrorCode::kInvalidArgument,
                     "holds a run already",
                     "add --resume to go on with it, or name a new folder",
                     job_.run.string(),
                     {}});
    }
    fs::create_directories(folder, failed);
    if (!fs::is_directory(folder)) {
      throw Failure({ErrorCode::kIo, "cannot be created", "check the path", folder.string(), {}});
    }
    auto newest = value_or_throw(load_newest_checkpoint(job_.run, job_.say));
    if (newest) resume_from(*newest);
    // Also waits for all ranks, so that none finds what another has written meanwhile.
    if (ranks_.all_equal(fingerprint(learner_->model())) && ranks_.all_equal(position_.step))
      return;
    throw Failure({ErrorCode::kInconsistent,
                   "the ranks do not agree on step and weights",
                   "all of them must see the same run folder and use the same configuration",
                   job_.run.string(),
                   {}});
  }

  void resume_from(const TrainedModel& trained) {
    if (config_.attention == "timed") config_.attention = trained.config.attention;
    auto checked = check_resumable(trained, config_, corpus_.info().data_hash);
    if (!checked) {
      Error error = checked.error();
      error.file = job_.run.string();
      throw Failure(std::move(error));
    }
    restore(*learner_, trained);
    position_ = trained.position;
    say("resumed at step " + std::to_string(position_.step));
  }

  // What only one rank needs to say.
  void say(const std::string& text) const {
    if (job_.say && ranks_.is_writer()) job_.say(text);
  }

  double elapsed() const { return elapsed_before_ + seconds_since(started_); }

  bool done() const { return progress_of(config_, position_.step, agreed_elapsed_) >= 1; }

  bool must_stop() const {
    if (done()) return false;
    const bool out_of_time = config_.schedule_clock() == ScheduleClock::kSteps &&
                             config_.max_seconds > 0 && agreed_elapsed_ >= config_.max_seconds;
    const bool wish = ranks_.size() == 1 && job_.stop && job_.stop->load();
    return out_of_time || stop_agreed_ || wish ||
           (job_.stop_after_step && position_.step >= *job_.stop_after_step);
  }

  void one_step(const StepData& data, double data_wait_s) {
    LoggedStep step = update(data);
    step.data_wait_s = data_wait_s;
    ++position_.step;
    step.step = position_.step;
    step.steps = config_.steps;
    step.fraction = progress_of(config_, position_.step, agreed_elapsed_);
    step.elapsed_s = elapsed();
    if (job_.step_done) job_.step_done(position_.step, step.loss.total);
    if (position_.step % config_.validate_every == 0) run_validation(step);
    if (log_) log_->add(step);
    if (position_.step % config_.checkpoint_every == 0) save();
  }

  // Wishes to stop and the clock of rank 0 travel with the gradients, so that all ranks stop after
  // the same step and use the same learning rate.
  std::array<double, 2> told() const {
    const bool wish = job_.stop && job_.stop->load();
    return {wish ? 1.0 : 0.0, ranks_.is_writer() ? elapsed() : 0.0};
  }

  // The update is under way before the host looks at what it was made of.
  StepLoss learn_from(const StepData& data, double lr) {
    std::array<double, 2> along{};
    std::span<double> exchanged;  // nothing in a replay: the only rank hears what it tells
    if (config_.cuda_graph != 0 && learner_->replay(data.batches, lr)) {
      along = told();
    } else {
      in_exchange_ = true;
      learner_->begin(data.batches);
      for (const Batch& batch : data.batches) learner_->accumulate(batch);
      along = told();
      learner_->exchange(exchanged = along);
      in_exchange_ = false;
      learner_->apply(lr);
    }
    const StepLoss loss = learner_->read(exchanged);
    stop_agreed_ = along[0] > 0;
    agreed_elapsed_ = along[1];
    return loss;
  }

  LoggedStep update(const StepData& data) {
    LoggedStep step;
    step.lr = learning_rate(config_, position_.step, agreed_elapsed_);
    step.loss = learn_from(data, step.lr);
    step.gradient_norm = learner_->gradient_norm();
    step.records = config_.batch;
    const auto records = static_cast<double>(config_.batch);
    step.epoch = static_cast<double>(position_.step + 1) * records /
                 static_cast<double>(corpus_.records_of(Split::kTrain).size());
    step.flops = records * learner_->model().training_flops(step.loss.counts[0] / records);
    const bool made = guard_.admit(position_.step, step.gradient_norm, corpus_, data.turns,
                                   position_.skipped_in_a_row);
    if (!made) ++position_.skipped_steps;
    learner_->end_step(position_.step);
    return step;
  }

  DamageHandler damage_handler() {
    return [this](std::uint32_t record, const Error& error) { damage_->note(record, error); };
  }

  void run_validation(LoggedStep& step) {
    const Evaluation evaluation =
        evaluate(learner_->judged_model(), corpus_, Split::kValidation, config_, device_,
                 config_.validation_records, damage_handler(), ranks_);
    validated_step_ = position_.step;
    if (evaluation.records == 0) return;
    step.validation = evaluation;
    if (position_.best_step < 0 || evaluation.loss < position_.best_validation) {
      keep_best(evaluation.loss);
    }
    out_of_patience_ = agree(config_.patience > 0 && position_.step - position_.best_step >=
                                                         config_.patience * config_.validate_every);
  }

  void keep_best(double validation) {
    const RunPosition former = position_;
    position_.best_validation = validation;
    position_.best_step = position_.step;
    if (!ranks_.is_writer()) return;
    const auto best =
        checkpoint_of(learner_->judged_model(), config_, here(), corpus_.info().data_hash, {});
    if (!keeper_.save_best(best)) position_ = former;
  }

  // The writer's answer, for all ranks: what could be saved is known to it alone.
  bool agree(bool answer) const { return from_writer(answer ? 1.0 : 0.0) > 0; }

  double from_writer(double value) const {
    auto all = torch::full({1}, ranks_.is_writer() ? value : 0.0, torch::kFloat64);
    ranks_.sum(all);
    return all.item<double>();
  }

  RunPosition here() const {
    RunPosition position = position_;
    position.elapsed_s = elapsed();
    return position;
  }

  void save(bool last = false) {
    if (!ranks_.is_writer()) return;
    const auto content = checkpoint_of(learner_->model(), config_, here(), corpus_.info().data_hash,
                                       learner_->state());
    keeper_.save(position_.step, content, last);
  }

  PretrainResult stop() {
    save(/*last=*/true);
    write_record("stopped", {});
    PretrainResult result;
    result.step = position_.step;
    return result;
  }

  // A step is whole or not at all: until the exchange is through, the weights are those of the step
  // before. Anywhere else the ranks may differ in what they know; the last checkpoint stands.
  PretrainResult abandon(const RankLost& lost) {
    if (in_exchange_) save();
    const auto all = list_checkpoints(job_.run);
    const std::string place =
        all.empty() ? "there is no checkpoint yet" : "go on from " + all[0].string();
    say(std::string(lost.what()) + "; " + place);
    write_record("stopped", {});
    PretrainResult result;
    result.step = position_.step;
    return result;
  }

  PretrainResult finish() {
    LoggedStep end;
    if (validated_step_ != position_.step) run_validation(end);
    save(/*last=*/true);
    PretrainResult result;
    result.finished = true;
    result.early = position_.step < config_.steps && out_of_patience_;
    result.step = position_.step;
    if (!ranks_.is_writer()) return result;
    auto best = value_or_throw(load_model(job_.run));
    best.model->to(device_);
    const auto every = static_cast<std::int64_t>(corpus_.records_of(Split::kTest).size());
    result.validation = evaluate(*best.model, corpus_, Split::kValidation, config_, device_,
                                 config_.validation_records, damage_handler());
    result.test =
        evaluate(*best.model, corpus_, Split::kTest, config_, device_, every, damage_handler());
    write_record("finished", figures_of(result));
    return result;
  }

  static std::vector<std::pair<std::string, double>> figures_of(const PretrainResult& result) {
    std::vector<std::pair<std::string, double>> figures;
    const auto add = [&](const std::string& split, const Evaluation& e) {
      if (e.records == 0) return;
      figures.emplace_back(split + "_records", static_cast<double>(e.records));
      figures.emplace_back(split + "_loss", e.loss);
      if (!e.patches) return;
      figures.emplace_back(split + "_patch_loss", e.patches->loss);
      figures.emplace_back(split + "_baseline", e.patches->baseline);
      figures.emplace_back(split + "_patch_loss_hidden_columns", e.patches->column_loss);
      figures.emplace_back(split + "_patch_loss_hidden_leads", e.patches->lead_loss);
      figures.emplace_back(split + "_level_loss", e.patches->level_loss);
      figures.emplace_back(split + "_spread_loss", e.patches->spread_loss);
    };
    add("validation", result.validation);
    add("test", result.test);
    return figures;
  }

  void write_record(const std::string& status,
                    std::vector<std::pair<std::string, double>> figures) {
    if (!ranks_.is_writer()) return;
    RunRecord record;
    record.config = config_;
    record.machine = machine_info(device_.str(), config_.threads);
    record.command = job_.command;
    record.data_hash = corpus_.info().data_hash;
    record.sources = corpus_.info().sources;
    record.licences = corpus_.info().licences;
    record.status = status;
    record.step = position_.step;
    record.ranks = ranks_.size();
    for (const auto& parameter : learner_->model().parameters())
      record.parameters += parameter.numel();
    record.records_seen = position_.step * config_.batch;
    record.skipped_steps = position_.skipped_steps;
    record.damaged_records = static_cast<std::int64_t>(damage_->count());
    record.elapsed_s = status == "running" ? position_.elapsed_s : elapsed();
    record.figures = std::move(figures);
    throw_on_error(write_run_record(job_.run, record));
  }

  const PretrainJob& job_;
  TrainConfig config_;
  const Communicator alone_;
  const Communicator& ranks_;
  std::vector<DamagedShard> damaged_shards_;
  Corpus corpus_;
  torch::Device device_;
  std::unique_ptr<Learner> learner_;
  std::unique_ptr<RunLog> log_;
  std::unique_ptr<DamageLog> damage_;
  std::unique_ptr<StepFeed> feed_;
  CheckpointKeeper keeper_;
  GradientGuard guard_;
  RunPosition position_;
  std::int64_t validated_step_ = -1;
  bool stop_agreed_ = false, in_exchange_ = false, out_of_patience_ = false;
  double elapsed_before_ = 0, agreed_elapsed_ = 0;
  Clock::time_point started_ = Clock::now();
};

}  // namespace

PretrainResult pretrain(const PretrainJob& job) { return Run(job).run(); }

}  // namespace ecg
