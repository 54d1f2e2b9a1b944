#include "downstream/fine_tune.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "corpus/failure.h"
#include "downstream/features.h"
#include "downstream/tensor_scores.h"
#include "train/adamw.h"
#include "train/batch_reader.h"
#include "train/forward.h"
#include "train/schedule.h"

namespace ecg {
namespace {

// Encoder and head as one module for the optimiser, which tells layers by their names.
struct Trainable : torch::nn::Module {
  Trainable(const SystemPtr& encoder, ClassifierHead& head) {
    register_module("encoder", encoder);
    register_module("head", head);
  }
};

// The optimiser's and the schedule's view of the options.
TrainConfig schedule_of(const FineTuneOptions& options, const TrainConfig& start,
                        std::int64_t epoch_steps) {
  TrainConfig config = start;
  config.clock = "steps";
  config.steps = options.epochs * epoch_steps;
  const double warmup = options.warmup * static_cast<double>(config.steps);
  config.warmup_steps = std::max<std::int64_t>(1, static_cast<std::int64_t>(warmup));
  config.peak_lr = options.lr;
  config.final_lr_ratio = 0.01;
  config.beta1 = 0.9;
  config.beta2 = 0.999;
  config.layer_decay = options.layer_decay;
  config.weight_decay = options.weight_decay;
  config.device = options.device;
  return config;
}

double gradient_norm(torch::nn::Module& module) {
  double sum = 0;
  for (const auto& parameter : module.parameters()) {
    if (!parameter.grad().defined()) continue;
    sum += parameter.grad().to(at::kDouble).square().sum().item<double>();
  }
  return std::sqrt(sum);
}

// Tensors of a module's parameters, to go back to.
std::vector<at::Tensor> snapshot(torch::nn::Module& module) {
  std::vector<at::Tensor> values;
  for (const auto& parameter : module.parameters()) values.push_back(parameter.detach().clone());
  return values;
}

void restore(torch::nn::Module& module, const std::vector<at::Tensor>& values) {
  const torch::NoGradGuard no_grad;
  const auto parameters = module.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    auto parameter = parameters[i];
    parameter.copy_(values[i]);
  }
}

class FineTuner {
 public:
  FineTuner(const TrainedModel& start, const Corpus& corpus, const LabelledRecords& train,
            const std::vector<Lead>& leads, const FineTuneOptions& options, std::uint64_t seed)
      : corpus_(corpus),
        train_(train),
        options_(options),
        encoder_(copy_of(*start.model)),
        head_(options.head, encoder_->config().input.leads,
              width_of(*encoder_, corpus, train, leads),
              static_cast<std::int64_t>(train.classes.size()), seed),
        trainable_(encoder_, head_),
        epoch_steps_(
            std::max<std::int64_t>(1, static_cast<std::int64_t>(train.size()) / options.batch)),
        schedule_(schedule_of(options, start.config, epoch_steps_)),
        device_(device_of(schedule_)),
        labels_(label_tensor(train).to(at::kFloat)),
        used_(lead_use(*encoder_, leads)),
        order_(numbers(train.size()), seed) {
    trainable_.to(device_);
    optimiser_.emplace(trainable_, schedule_);
  }

  // One pass over as many records as there are; returns the mean loss.
  double train_epoch() {
    encoder_->train();
    head_->train();
    double sum = 0;
    for (std::int64_t i = 0; i < epoch_steps_; ++i) sum += train_step();
    return sum / static_cast<double>(epoch_steps_);
  }

  at::Tensor probabilities(const LabelledRecords& records, const std::vector<Lead>& leads) {
    return class_probabilities(*encoder_, head_, corpus_, records.positions, leads, device_);
  }

  SystemPtr& encoder() { return encoder_; }
  ClassifierHead& head() { return head_; }
  Trainable& trainable() { return trainable_; }

 private:
  static std::int64_t width_of(System& encoder, const Corpus& corpus, const LabelledRecords& train,
                               const std::vector<Lead>& leads) {
    const std::span<const std::uint32_t> first(train.positions.data(), 1);
    return encoder_features(encoder, corpus, first, leads, at::kCPU).size(1);
  }

  static std::vector<std::uint32_t> numbers(std::size_t count) {
    std::vector<std::uint32_t> all(count);
    std::iota(all.begin(), all.end(), 0u);
    return all;
  }

  double train_step() {
    std::vector<std::uint32_t> positions;
    std::vector<std::int64_t> rows;
    for (std::int64_t i = 0; i < options_.batch; ++i) {
      const auto number = order_.at(static_cast<std::uint64_t>(step_ * options_.batch + i)).record;
      positions.push_back(train_.positions[number]);
      rows.push_back(number);
    }
    const SignalBatch batch = read_batch(corpus_, positions);
    const auto truth = labels_.index_select(0, at::tensor(rows)).to(device_);
    const auto encoded =
        encoder_->encode(batch.signal.to(device_), (batch.lead_mask * used_).to(device_));
    const auto loss = at::binary_cross_entropy_with_logits(head_(encoded), truth);
    trainable_.zero_grad();
    loss.backward();
    update();
    return loss.item<double>();
  }

  // A step without a finite gradient is left out.
  void update() {
    const double norm = gradient_norm(trainable_);
    const double lr = learning_rate(schedule_, step_++, 0);
    if (!std::isfinite(norm)) return;
    if (norm > options_.grad_clip) {
      const torch::NoGradGuard no_grad;
      for (auto& parameter : trainable_.parameters()) {
        if (parameter.grad().defined()) parameter.mutable_grad().mul_(options_.grad_clip / norm);
      }
    }
    optimiser_->step(lr);
  }

  const Corpus& corpus_;
  const LabelledRecords& train_;
  const FineTuneOptions& options_;
  SystemPtr encoder_;
  ClassifierHead head_;
  Trainable trainable_;
  std::int64_t epoch_steps_;
  TrainConfig schedule_;
  torch::Device device_;
  at::Tensor labels_, used_;
  SampleOrder order_;
  std::optional<AdamW> optimiser_;
  std::int64_t step_ = 0;
};

void need_records(const LabelledRecords& train) {
  if (train.size() > 0) return;
  throw Failure({ErrorCode::kInsufficientData,
                 "no labelled record to train on",
                 "check the folds and the label column",
                 {},
                 {}});
}

// Trains until patience or epochs run out and goes back to the best epoch.
std::vector<FineTuneEpoch> train_to_best(FineTuner& tuner, const LabelledRecords& choose,
                                         const std::vector<Lead>& leads,
                                         const FineTuneOptions& options, ProbeRow& row,
                                         const std::function<void(const FineTuneEpoch&)>& say) {
  std::vector<FineTuneEpoch> epochs;
  std::vector<at::Tensor> best;
  row.choose_auroc = -1;
  for (std::int64_t epoch = 1; epoch <= options.epochs; ++epoch) {
    FineTuneEpoch now{epoch, tuner.train_epoch(), 0};
    now.choose_auroc = macro_auroc(choose, tuner.probabilities(choose, leads));
    epochs.push_back(now);
    if (say) say(now);
    if (now.choose_auroc > row.choose_auroc) {
      row.choose_auroc = now.choose_auroc;
      row.chosen = static_cast<double>(epoch);
      best = snapshot(tuner.trainable());
    }
    if (static_cast<double>(epoch) - row.chosen >= static_cast<double>(options.patience)) break;
  }
  if (best.empty()) {
    throw Failure({ErrorCode::kInsufficientData,
                   "no class has both outcomes in the folds to choose on",
                   "name more folds to choose on",
                   {},
                   {}});
  }
  restore(tuner.trainable(), best);
  return epochs;
}

Error out_of_bounds(const char* option, const char* bounds) {
  return {ErrorCode::kBadValue, std::string(option) + " is out of bounds", bounds, {}, {}};
}

}  // namespace

Result<void> check_fine_tune(const FineTuneOptions& options) {
  const auto& kinds = head_kinds();
  if (std::find(kinds.begin(), kinds.end(), options.head) == kinds.end()) {
    return Error{ErrorCode::kNotFound,
                 "there is no head '" + options.head + "'",
                 "linear, attention or hug",
                 {},
                 {}};
  }
  if (options.epochs < 1) return out_of_bounds("epochs", "1 or more");
  if (options.patience < 1) return out_of_bounds("patience", "1 or more");
  if (options.batch < 1) return out_of_bounds("batch", "1 or more");
  if (!(options.lr > 0)) return out_of_bounds("lr", "above 0");
  if (!(options.layer_decay > 0 && options.layer_decay <= 1)) {
    return out_of_bounds("layer-decay", "above 0, at most 1");
  }
  if (!(options.weight_decay >= 0)) return out_of_bounds("weight-decay", "0 or more");
  return {};
}

FineTuned fine_tune(const TrainedModel& start, const Corpus& corpus, const LabelledRecords& train,
                    const LabelledRecords& choose, const LabelledRecords& report,
                    const std::vector<Lead>& leads, const FineTuneOptions& options,
                    std::uint64_t seed, const ProbeOptions& reporting,
                    const std::function<void(const FineTuneEpoch&)>& say) {
  throw_on_error(check_fine_tune(options));
  need_records(train);
  FineTuner tuner(start, corpus, train, leads, options, seed);
  FineTuned result;
  result.epochs = train_to_best(tuner, choose, leads, options, result.row, say);
  Classifier& classifier = result.classifier;
  classifier.thresholds = thresholds_on(choose, tuner.probabilities(choose, leads));
  const auto answer = tuner.probabilities(report, leads);
  result.row.score = reported_score(report, answer, classifier.thresholds, reporting);
  result.row.head = "tuned " + options.head;
  result.row.leads = text_of_leads(leads);
  result.row.seed = seed;
  result.row.train_records = static_cast<std::int64_t>(train.size());
  tuner.trainable().to(torch::kCPU);
  classifier.encoder = {tuner.encoder(), start.config, start.position, start.data_hash, {}};
  classifier.head = tuner.head();
  classifier.classes = train.classes;
  classifier.leads = leads;
  return result;
}

std::vector<ProbeRow> run_fine_tune(const std::vector<NamedStart>& starts, const Corpus& corpus,
                                    const LabelledRecords& records, const ProbeOptions& groups,
                                    const FineTuneOptions& options,
                                    const std::function<void(const FineTuneEpoch&)>& say,
                                    const std::function<void(const FineTuned&)>& done) {
  const auto choose = records.of_folds(groups.choose_folds);
  const auto report = records.of_folds(groups.report_folds);
  const auto every = records.of_folds(groups.train_folds);
  std::vector<ProbeRow> rows;
  for (const NamedStart& start : starts) {
    for (const auto& leads : groups.lead_sets) {
      for (const double fraction : groups.fractions) {
        for (const std::uint64_t seed : groups.seeds) {
          FineTuned result = fine_tune(start.model, corpus, label_fraction(every, fraction, seed),
                                       choose, report, leads, options, seed, groups, say);
          result.row.encoder = start.name;
          result.row.fraction = fraction;
          if (done) done(result);
          rows.push_back(std::move(result.row));
        }
      }
    }
  }
  return rows;
}

}  // namespace ecg
