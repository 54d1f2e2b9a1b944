#include "downstream/fine_tune.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>

#include "corpus/failure.h"
#include "downstream/features.h"
#include "downstream/tensor_scores.h"
#include "downstream/tuning.h"
#include "train/batch_reader.h"

namespace ecg {
namespace {

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
        epoch_steps_(
            std::max<std::int64_t>(1, static_cast<std::int64_t>(train.size()) / options.batch)),
        tuner_(encoder_, head_.ptr(), start.config, options, epoch_steps_),
        labels_(label_tensor(train).to(at::kFloat)),
        used_(lead_use(*encoder_, leads)),
        order_(counted_to(train.size()), seed) {}

  // One pass over as many records as there are; returns the mean loss.
  double train_epoch() {
    encoder_->train();
    head_->train();
    double sum = 0;
    for (std::int64_t i = 0; i < epoch_steps_; ++i) sum += train_step();
    return sum / static_cast<double>(epoch_steps_);
  }

  at::Tensor probabilities(const LabelledRecords& records, const std::vector<Lead>& leads) {
    return class_probabilities(*encoder_, head_, corpus_, records.positions, leads,
                               tuner_.device());
  }

  SystemPtr& encoder() { return encoder_; }
  ClassifierHead& head() { return head_; }
  Tuner& tuner() { return tuner_; }

 private:
  static std::int64_t width_of(System& encoder, const Corpus& corpus, const LabelledRecords& train,
                               const std::vector<Lead>& leads) {
    const std::span<const std::uint32_t> first(train.positions.data(), 1);
    return encoder_features(encoder, corpus, first, leads, at::kCPU).size(1);
  }

  double train_step() {
    std::vector<std::uint32_t> positions;
    std::vector<std::int64_t> rows;
    for (std::int64_t i = 0; i < options_.batch; ++i) {
      const auto number = order_.at(taken_++).record;
      positions.push_back(train_.positions[number]);
      rows.push_back(number);
    }
    const SignalBatch batch = read_batch(corpus_, positions);
    const auto device = tuner_.device();
    const auto truth = labels_.index_select(0, at::tensor(rows)).to(device);
    const auto encoded =
        encoder_->encode(batch.signal.to(device), (batch.lead_mask * used_).to(device));
    return tuner_.step(at::binary_cross_entropy_with_logits(head_(encoded), truth));
  }

  const Corpus& corpus_;
  const LabelledRecords& train_;
  const FineTuneOptions& options_;
  SystemPtr encoder_;
  ClassifierHead head_;
  std::int64_t epoch_steps_;
  Tuner tuner_;
  at::Tensor labels_, used_;
  SampleOrder order_;
  std::uint64_t taken_ = 0;
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
  row.choose_auroc = -1;
  for (std::int64_t epoch = 1; epoch <= options.epochs; ++epoch) {
    FineTuneEpoch now{epoch, tuner.train_epoch(), 0};
    now.choose_auroc = macro_auroc(choose, tuner.probabilities(choose, leads));
    epochs.push_back(now);
    if (say) say(now);
    if (now.choose_auroc > row.choose_auroc) {
      row.choose_auroc = now.choose_auroc;
      row.chosen = static_cast<double>(epoch);
      tuner.tuner().keep();
    }
    if (static_cast<double>(epoch) - row.chosen >= static_cast<double>(options.patience)) break;
  }
  if (!tuner.tuner().kept()) {
    throw Failure({ErrorCode::kInsufficientData,
                   "no class has both outcomes in the folds to choose on",
                   "name more folds to choose on",
                   {},
                   {}});
  }
  tuner.tuner().restore();
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
  tuner.tuner().to(torch::kCPU);
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
