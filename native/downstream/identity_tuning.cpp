#include "downstream/identity_tuning.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "corpus/failure.h"
#include "downstream/classifier.h"
#include "downstream/features.h"
#include "downstream/fine_tune.h"
#include "downstream/tuning.h"
#include "objective/arcface.h"
#include "train/batch_reader.h"
#include "train/run_record.h"

namespace ecg {
namespace {

/// Records of persons, who are numbered in the order of their names.
struct Persons {
  std::vector<std::uint32_t> positions;
  std::vector<std::int64_t> person;  ///< per record
  std::int64_t count = 0;
};

Persons persons_of(std::span<const PatientRecord> records) {
  std::map<std::string, std::int64_t> numbers;
  for (const PatientRecord& record : records) numbers.emplace(record.patient, 0);
  Persons persons;
  for (auto& [name, number] : numbers) number = persons.count++;
  for (const PatientRecord& record : records) {
    persons.positions.push_back(record.position);
    persons.person.push_back(numbers.at(record.patient));
  }
  if (persons.count > 1) return persons;
  throw Failure({ErrorCode::kInsufficientData,
                 "there are fewer than two persons to learn from",
                 "check the patient column and the folds to train on",
                 {},
                 {}});
}

class IdentityTrainer {
 public:
  IdentityTrainer(const TrainedModel& start, const Corpus& corpus, Persons persons,
                  const std::vector<Lead>& leads, const IdentityTuning& tuning)
      : corpus_(corpus),
        persons_(std::move(persons)),
        tuning_(tuning),
        encoder_(copy_of(*start.model)),
        head_(encoder_features(*encoder_, corpus, {persons_.positions.data(), 1}, leads, at::kCPU)
                  .size(1),
              persons_.count, tuning.seed),
        epoch_steps_(std::max<std::int64_t>(
            1, static_cast<std::int64_t>(persons_.positions.size()) / tuning.training.batch)),
        tuner_(encoder_, head_.ptr(), start.config, tuning.training, epoch_steps_),
        used_(lead_use(*encoder_, leads)),
        order_(counted_to(persons_.positions.size()), tuning.seed) {}

  // One pass over as many records as there are; returns the mean loss.
  double train_epoch() {
    encoder_->train();
    double sum = 0;
    for (std::int64_t i = 0; i < epoch_steps_; ++i) sum += train_step();
    return sum / static_cast<double>(epoch_steps_);
  }

  SystemPtr& encoder() { return encoder_; }
  Tuner& tuner() { return tuner_; }

 private:
  double train_step() {
    std::vector<std::uint32_t> positions;
    std::vector<std::int64_t> person;
    for (std::int64_t i = 0; i < tuning_.training.batch; ++i) {
      const auto number = order_.at(taken_++).record;
      positions.push_back(persons_.positions[number]);
      person.push_back(persons_.person[number]);
    }
    const SignalBatch batch = read_batch(corpus_, positions);
    const auto device = tuner_.device();
    const auto encoded =
        encoder_->encode(batch.signal.to(device), (batch.lead_mask * used_).to(device));
    return tuner_.step(head_->loss(encoded.embedding, at::tensor(person).to(device),
                                   {tuning_.scale, tuning_.margin}));
  }

  const Corpus& corpus_;
  Persons persons_;
  const IdentityTuning& tuning_;
  SystemPtr encoder_;
  ArcFaceHead head_;
  std::int64_t epoch_steps_;
  Tuner tuner_;
  at::Tensor used_;
  SampleOrder order_;
  std::uint64_t taken_ = 0;
};

}  // namespace

std::vector<double> embedding_similarity(System& model, const Corpus& corpus,
                                         const IdentificationPairs& pairs,
                                         const std::vector<Lead>& leads, c10::Device device) {
  std::vector<std::uint32_t> probes;
  for (const auto& probe : pairs.probes) probes.push_back(probe.position);
  model.to(device);
  return cosine_table(encoder_features(model, corpus, probes, leads, device),
                      encoder_features(model, corpus, pairs.gallery, leads, device));
}

TunedIdentity tune_identity(const TrainedModel& start, const Corpus& corpus,
                            std::span<const PatientRecord> train, const IdentificationPairs& choose,
                            const std::vector<Lead>& leads, const IdentityTuning& tuning,
                            const std::function<void(const std::string&)>& say) {
  throw_on_error(check_fine_tune(tuning.training));
  IdentityTrainer trainer(start, corpus, persons_of(train), leads, tuning);
  TunedIdentity tuned{trainer.encoder(), 0, -1};
  for (std::int64_t epoch = 1; epoch <= tuning.training.epochs; ++epoch) {
    const double loss = trainer.train_epoch();
    const auto similarity =
        embedding_similarity(*trainer.encoder(), corpus, choose, leads, trainer.tuner().device());
    const double auroc = score_identification(choose, similarity, 0, 1).auroc.value;
    char text[120];
    std::snprintf(text, sizeof text,
                  "  epoch %lld: loss %.4f, verification AUROC on other people %.4f",
                  static_cast<long long>(epoch), loss, auroc);
    if (say) say(text);
    if (auroc > tuned.choose_auroc) {
      tuned.choose_auroc = auroc;
      tuned.epoch = epoch;
      trainer.tuner().keep();
    }
    if (epoch - tuned.epoch >= tuning.training.patience) break;
  }
  trainer.tuner().restore();
  trainer.tuner().to(torch::kCPU);
  return tuned;
}

void save_tuned_identity(const std::filesystem::path& folder, const std::filesystem::path& run,
                         const TrainedModel& start, const TunedIdentity& tuned,
                         const CorpusInfo& corpus) {
  RunRecord record = value_or_throw(read_run_record(run));
  record.config.name += "-arcface";
  record.data_hash = corpus.data_hash;
  record.sources = corpus.sources;
  record.licences = corpus.licences;
  TrainConfig config = start.config;
  config.name = record.config.name;
  std::filesystem::create_directories(folder / kCheckpointFolder);
  const TensorFile content =
      checkpoint_of(*tuned.encoder, config, start.position, corpus.data_hash, {});
  throw_on_error(save_checkpoint(folder, content, start.position.step, 1));
  throw_on_error(write_run_record(folder, record));
}

}  // namespace ecg
