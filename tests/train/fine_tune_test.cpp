// Fine-tuning, saved classifiers and whole downstream jobs on toy models.

#include <ATen/ATen.h>
#include <c10/util/Logging.h>  // Catch2's CHECK must come after it
#include <torch/utils.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <map>
#include <set>

#include "corpus/failure.h"
#include "corpus/prepare.h"
#include "corpus/simulated_source.h"
#include "downstream/features.h"
#include "downstream/fine_tune.h"
#include "downstream/jobs.h"
#include "downstream/tensor_scores.h"
#include "nn/linear_head.h"
#include "toy.h"
#include "train/adamw.h"
#include "train/run_record.h"

using namespace ecg;
using namespace ecg::test;

namespace {

// 60 simulated records of 30 people in four folds; "fast" hearts have more beats than the median.
struct HeartRateToy {
  TemporaryFolder folder;
  LabelSource source;
  HeartRateToy() {
    make_toy_corpus(folder / "corpus", 60);
    const Corpus corpus = open();
    std::string table = "file,who,fold,label,when\n";
    for (std::uint32_t i = 0; i < corpus.index().size(); ++i) {
      const auto details = value_or_throw(corpus.read_details(i));
      const std::uint32_t person = i / 2;
      table += std::string(corpus.index()[i].name) + ",p" + std::to_string(person) + "," +
               std::to_string(1 + person % 4) + "," +
               (details.r_peaks.size() > 2 ? "fast" : "slow") + ",2020-01-0" +
               std::to_string(1 + i % 2) + " 10:00:00\n";
    }
    write_text_file(folder / "labels.csv", table);
    source = {folder / "labels.csv", "file", "who", "fold", "label", {}};
  }
  Corpus open() const { return value_or_throw(Corpus::open(folder / "corpus")); }
  LabelledRecords records(const Corpus& corpus) const {
    return value_or_throw(label_records(corpus, source));
  }
};

TrainedModel toy_start(std::int64_t seed = 1) {
  TrainedModel start;
  start.config = toy_config();
  start.config.seed = seed;
  start.model = make_system(start.config);
  return start;
}

// A run folder that holds this model as its only checkpoint.
void save_run(const std::filesystem::path& run, const TrainedModel& model) {
  std::filesystem::create_directories(run / kCheckpointFolder);
  throw_on_error(save_checkpoint(run, checkpoint_of(*model.model, model.config, {}, "", {}), 1, 1));
}

FineTuneOptions toy_options() {
  FineTuneOptions options;
  options.epochs = 4;
  options.patience = 4;
  options.batch = 8;
  options.lr = 3e-3;
  return options;
}

ProbeOptions toy_groups() {
  ProbeOptions groups;
  groups.train_folds = {1, 2};
  groups.choose_folds = {3};
  groups.report_folds = {4};
  groups.draws = 20;
  return groups;
}

FineTuned tuned(const HeartRateToy& toy, const TrainedModel& start,
                const FineTuneOptions& options) {
  const Corpus corpus = toy.open();
  const auto records = toy.records(corpus);
  return fine_tune(start, corpus, records.of_folds({1, 2}), records.of_folds({3}),
                   records.of_folds({4}), {}, options, 5, toy_groups(), {});
}

double distance(const System& a, const System& b, const std::string& part) {
  double sum = 0;
  const auto other = b.named_parameters();
  for (const auto& item : a.named_parameters()) {
    if (item.key().find(part) == std::string::npos) continue;
    sum += (item.value() - other[item.key()]).abs().max().item<double>();
  }
  return sum;
}

}  // namespace

TEST_CASE("Layers are told by name, wherever the encoder lies") {
  CHECK(layer_of("encoder.autoencoder.encoder.patch_embed.weight", 4) == 0);
  CHECK(layer_of("encoder.autoencoder.encoder.blocks.2.qkv.weight", 4) == 3);
  CHECK(layer_of("encoder.autoencoder.decoder.blocks.0.qkv.weight", 4) == 5);
  CHECK(layer_of("encoder.stem.0.weight", 4) == 0);
  CHECK(layer_of("head.output.weight", 4) == 5);
}

TEST_CASE("A head starts undecided and ignores tokens of absent leads") {
  at::manual_seed(3);
  EncodedBatch encoded{at::randn({2, 6, 64}), at::randn({2, 64})};
  encoded.tokens.narrow(1, 4, 2).zero_();
  for (const std::string& kind : head_kinds()) {
    const std::vector<Lead> leads{Lead::kI, Lead::kII, Lead::kV1};
    ClassifierHead head(kind, leads, 64, 3, 1);
    CHECK(head(encoded).abs().max().item<double>() == 0);
    {
      const torch::NoGradGuard no_grad;
      head->final_layer()->weight.normal_();
      if (kind == "attention") head->query.normal_();
    }
    const auto whole = head(encoded);
    CHECK(whole.sizes() == at::IntArrayRef({2, 3}));
    EncodedBatch garbled = encoded;  // absent leads are 0: nothing else of them can be seen
    if (kind != "hug") garbled.tokens = encoded.tokens.narrow(1, 0, 4);
    CHECK(whole.allclose(head(garbled), 1e-5, 1e-6));
    const EncodedBatch nothing{at::zeros({1, 6, 64}), at::zeros({1, 64})};
    CHECK(head(nothing).allclose(head->final_layer()->bias.unsqueeze(0)));
  }
}

TEST_CASE("Fine-tuning lowers the loss, repeats exactly, and leaves its start as it was") {
  const HeartRateToy toy;
  const TrainedModel start = toy_start();
  const SystemPtr before = copy_of(*start.model);
  for (const std::string& head : head_kinds()) {
    FineTuneOptions options = toy_options();
    options.head = head;
    const FineTuned first = tuned(toy, start, options), second = tuned(toy, start, options);
    CHECK(first.epochs.back().loss < first.epochs.front().loss);
    REQUIRE(first.epochs.size() == second.epochs.size());
    CHECK(first.epochs.back().loss == second.epochs.back().loss);
    CHECK(first.row.score.macro_auroc.value == second.row.score.macro_auroc.value);
    double best = -1;
    for (const auto& epoch : first.epochs) best = std::max(best, epoch.choose_auroc);
    CHECK(first.row.choose_auroc == best);
    CHECK(distance(*first.classifier.encoder.model, *start.model, "encoder") > 0);
  }
  CHECK(distance(*before, *start.model, "") == 0);
}

TEST_CASE("The best epoch's weights are what is kept") {
  const HeartRateToy toy;
  FineTuned result = tuned(toy, toy_start(), toy_options());
  const Corpus corpus = toy.open();
  const auto choose = toy.records(corpus).of_folds({3});
  const auto answer = class_probabilities(*result.classifier.encoder.model, result.classifier.head,
                                          corpus, choose.positions, {}, at::kCPU);
  CHECK(macro_auroc(choose, answer) == result.row.choose_auroc);
}

TEST_CASE("A small layer decay leaves the lower layers nearly alone") {
  const HeartRateToy toy;
  const TrainedModel start = toy_start();
  FineTuneOptions options = toy_options();
  options.weight_decay = 0;
  options.layer_decay = 0.01;
  const auto slow = tuned(toy, start, options);
  options.layer_decay = 1;
  const auto fast = tuned(toy, start, options);
  const auto moved = [&](const FineTuned& result, const char* part) {
    return distance(*result.classifier.encoder.model, *start.model, part);
  };
  CHECK(moved(slow, "patch_embed") < 1e-3 * moved(fast, "patch_embed"));
  CHECK(moved(slow, "blocks.1.fc2") < 0.1 * moved(fast, "blocks.1.fc2"));
}

TEST_CASE("A saved classifier answers as the one that was saved") {
  const HeartRateToy toy;
  FineTuned result = tuned(toy, toy_start(), toy_options());
  const auto file = toy.folder / "classifier.safetensors";
  throw_on_error(save_classifier(file, result.classifier));
  Classifier loaded = value_or_throw(load_classifier(file));
  CHECK(loaded.classes == std::vector<std::string>{"fast", "slow"});
  CHECK(loaded.thresholds == result.classifier.thresholds);
  const Corpus corpus = toy.open();
  const std::vector<std::uint32_t> records{1, 2, 3};
  const auto before = class_probabilities(*result.classifier.encoder.model, result.classifier.head,
                                          corpus, records, {}, at::kCPU);
  CHECK(at::equal(before, class_probabilities(*loaded.encoder.model, loaded.head, corpus, records,
                                              {}, at::kCPU)));
  // As a checkpoint it has no head.
  const auto plain = toy.folder / "plain.safetensors";
  const TrainedModel start = toy_start();
  throw_on_error(write_tensor_file(plain, checkpoint_of(*start.model, start.config, {}, "", {})));
  CHECK(load_classifier(plain).error().code == ErrorCode::kBadHeader);
}

TEST_CASE("Jobs go from folders to figures") {
  const HeartRateToy toy;
  const TrainedModel start = toy_start();
  save_run(toy.folder / "run", start);
  LabelledJob job;
  job.run = toy.folder / "run";
  job.corpus = toy.folder / "corpus";
  job.labels = toy.source;
  job.groups = toy_groups();
  job.save = toy.folder / "probe.safetensors";
  job.heads = toy.folder / "heads.json";
  const auto rows = probe_job(job, {});
  REQUIRE(rows.size() == 4);  // the run and its twin, two heads each
  CHECK(rows[2].encoder == "untrained 1");

  const auto heads = value_or_throw(heads_from_json(text_of_file(job.heads)));
  REQUIRE(heads.size() == 1);
  CHECK(heads[0].labels[1].name == "slow");
  CHECK(heads[0].macro_auroc == rows[0].score.macro_auroc.value);

  const ProbeOptions groups = toy_groups();
  const ProbeRow again = evaluate_job(job.save, job.corpus, job.labels, groups, "cpu");
  CHECK(again.score.macro_auroc.value == Catch::Approx(rows[0].score.macro_auroc.value));
  CHECK(again.score.macro_f1.value == Catch::Approx(rows[0].score.macro_f1.value));

  job.only_untrained = true;
  job.save.clear();
  job.heads.clear();
  const auto scratch = fine_tune_job(job, toy_options(), {});
  REQUIRE(scratch.size() == 1);
  CHECK(scratch[0].encoder == "scratch 1");

  job.only_untrained = false;
  const auto retrieved = retrieve_job(job, 3, {});
  CHECK(retrieved.size() == 2);
  CHECK(retrieved[0].score.precision.value >= 0);

  IdentifyJob identify;
  identify.run = job.run;
  identify.corpus = job.corpus;
  identify.table = job.labels.table;
  identify.record_column = "file";
  identify.patient_column = "who";
  identify.time_column = "when";
  identify.draws = 20;
  const auto found = identify_job(identify, {});
  CHECK(found.at(0).score.gallery == 30);
  CHECK(found.at(0).score.median_gap_days == 1.0);
  identify.fold_column = "fold";
  identify.folds = {4};
  CHECK(identify_job(identify, {}).at(0).score.gallery == 7);
}

TEST_CASE("Taught on some people, an encoder tells others apart better, repeats, and is a run") {
  const TemporaryFolder folder;
  TrainedModel start;
  start.config = toy_config();
  start.config.input.samples = 500;
  start.config.model.width = 32;
  throw_on_error(complete_config(start.config));
  start.model = make_system(start.config);
  PrepareOptions options;
  options.spec = start.config.input;
  options.shares = {0.2, 0.25};
  SimulatedMix mix;
  mix.recordings_per_patient = 4;
  value_or_throw(
      prepare_corpus({simulated_source(3, 400, 7.5, mix)}, folder / "corpus", options, {}));
  save_run(folder / "run", start);
  RunRecord record;
  record.config = start.config;
  throw_on_error(write_run_record(folder / "run", record));

  IdentifyJob job;
  job.run = folder / "run";
  job.corpus = folder / "corpus";
  job.untrained = 0;
  job.draws = 20;
  job.choice = ProbeChoice::kAllLater;
  IdentityTuning tuning;
  tuning.training.epochs = 1;
  tuning.training.batch = 16;
  tuning.training.lr = 1e-2;
  tuning.training.layer_decay = 1;
  tuning.margin = 0.2;
  job.tuning = tuning;
  const auto once = identify_job(job, {}), again = identify_job(job, {});
  CHECK(again[1].score.auroc.value == once[1].score.auroc.value);

  job.save = folder / "taught";
  job.tuning->training.epochs = job.tuning->training.patience = 12;
  const auto found = identify_job(job, {});
  REQUIRE(found.size() == 2);
  CHECK(found[1].encoder == "toy + ArcFace");
  INFO(found[0].score.auroc.value << " " << found[1].score.auroc.value);
  CHECK(found[1].score.auroc.value > found[0].score.auroc.value + 0.08);

  // Its people are those of the test split; the run it leaves identifies as it did.
  std::set<std::string> people;
  const Corpus corpus = value_or_throw(Corpus::open(job.corpus));
  for (const auto& entry : corpus.index()) {
    if (entry.split == Split::kTest) people.insert(std::string(entry.patient));
  }
  CHECK(found[0].score.gallery == static_cast<std::int64_t>(people.size()));
  const TrainedModel taught = value_or_throw(load_model(job.save));
  CHECK(taught.config.name == "toy-arcface");
  CHECK(taught.data_hash == corpus.info().data_hash);
  CHECK(distance(*taught.model, *start.model, "encoder") > 0);
}

TEST_CASE("Nobody is both taught by and judged by") {
  const HeartRateToy toy;
  const TrainedModel start = toy_start();
  save_run(toy.folder / "run", start);
  IdentifyJob job;
  job.run = toy.folder / "run";
  job.corpus = toy.folder / "corpus";
  job.table = toy.source.table;
  job.record_column = "file";
  job.patient_column = "who";
  job.fold_column = "fold";
  job.folds = {4};
  job.draws = 5;
  job.untrained = 0;
  job.tuning.emplace();
  job.tuning->training.epochs = 1;
  job.tuning->training.batch = 8;
  job.tuning->train_folds = {1, 2};
  job.tuning->choose_folds = {3};
  CHECK(identify_job(job, {}).size() == 2);
  job.tuning->train_folds = {1, 4};
  CHECK_THROWS_AS(identify_job(job, {}), Failure);
}

TEST_CASE("Options of fine-tuning are checked") {
  FineTuneOptions options;
  CHECK(check_fine_tune(options));
  options.head = "crystal";
  CHECK(check_fine_tune(options).error().code == ErrorCode::kNotFound);
  options = {};
  options.layer_decay = 1.5;
  CHECK(check_fine_tune(options).error().code == ErrorCode::kBadValue);
}
