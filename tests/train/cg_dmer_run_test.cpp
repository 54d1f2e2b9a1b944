// The ECG-text system in whole runs: words from the corpus, resumed to the bit, scored by prompts.
#include <c10/util/Logging.h>  // Catch2's CHECK must come after it

#include <catch2/catch_test_macros.hpp>

#include "corpus/failure.h"
#include "corpus/vocabulary.h"
#include "downstream/features.h"
#include "downstream/jobs.h"
#include "downstream/metrics.h"
#include "export/export_bundle.h"
#include "lively_bundle.h"
#include "objective/zero_shot.h"
#include "toy_run.h"
#include "train/checkpoint.h"

using namespace ecg;
using namespace ecg::test;

namespace {

PretrainJob text_job(const std::filesystem::path& run) {
  PretrainJob job = toy_job(run);
  job.config.system = "cg_dmer";
  job.config.cg_dmer.shared_width = 8;
  job.config.cg_dmer.text.width = 16;
  job.config.cg_dmer.text.depth = 1;
  job.config.cg_dmer.text.heads = 2;
  throw_on_error(complete_config(job.config));
  return job;
}

}  // namespace

TEST_CASE("A run takes the words of its corpus over, and its model keeps them") {
  const TemporaryFolder folder;
  const PretrainJob job = text_job(folder / "run");
  REQUIRE(pretrain(job).finished);
  const TrainedModel trained = value_or_throw(load_model(job.run));
  const auto system = std::dynamic_pointer_cast<CgDmerSystem>(trained.model);
  REQUIRE(system);
  const auto words = value_or_throw(WordPiece::from_text(trained.config.cg_dmer.text.vocabulary));
  const auto info = value_or_throw(Corpus::open(toy_corpus())).info();
  CHECK(hash_of_vocabulary(words) == info.vocabulary_hash);
  CHECK(system->encode_text({"sinus rhythm"}).size(1) == 8);
  write_text_file(folder / "rhythms.txt", "sinus: sinus rhythm\naf: atrial fibrillation\n");
  ExportOptions options;
  options.prompts = {folder / "rhythms.txt"};
  export_bundle(job.run, folder / "bundle", options);
  CHECK(text_of_file(folder / "bundle" / "model.json").find("probabilities.rhythms") !=
        std::string::npos);
  CHECK(run_parity(folder / "bundle") == 0);
}

TEST_CASE("A run on ECGs and texts that is stopped and resumed ends with the same bits") {
  const TemporaryFolder folder;
  const PretrainJob whole = text_job(folder / "whole");
  REQUIRE(pretrain(whole).finished);
  const PretrainJob parts = text_job(folder / "parts");
  CHECK(stopped_and_resumed(parts, 7).finished);
  CHECK(differing_tensors(whole.run, parts.run).empty());
}

namespace {

// A table of the toy corpus: people of one record each, folds by split, and a made-up rhythm.
LabelSource toy_labels(const std::filesystem::path& file) {
  const Corpus corpus = value_or_throw(Corpus::open(toy_corpus()));
  std::string table = "file,who,fold,label\n";
  for (std::uint32_t i = 0; i < corpus.index().size(); ++i) {
    const auto& entry = corpus.index()[i];
    table += std::string(entry.name) + ",p" + std::to_string(i) + "," +
             std::to_string(static_cast<int>(entry.split)) + "," + (i % 2 ? "af" : "sinus") + "\n";
  }
  write_text_file(file, table);
  return {file, "file", "who", "fold", "label", {}};
}

// The figure by its definition: how the scores of a class rank the records of the test split.
double auroc_of_class(CgDmerSystem& system, const std::vector<ClassPrompts>& classes,
                      std::int64_t number) {
  const Corpus corpus = value_or_throw(Corpus::open(toy_corpus()));
  std::vector<std::uint32_t> positions;
  std::vector<std::uint8_t> truth;
  for (std::uint32_t i = 0; i < corpus.index().size(); ++i) {
    if (corpus.index()[i].split != Split::kTest) continue;
    positions.push_back(i);
    truth.push_back((i % 2 ? "af" : "sinus") == classes[static_cast<std::size_t>(number)].label);
  }
  const auto scores =
      class_scores(system, classes, encoder_features(system, corpus, positions, {}, torch::kCPU));
  std::vector<double> column;
  for (std::int64_t i = 0; i < scores.size(0); ++i) {
    column.push_back(scores[i][number].item<double>());
  }
  return auroc(column, truth);
}

}  // namespace

TEST_CASE("Classes given by texts are judged on records whose reports were not read") {
  const TemporaryFolder folder;
  const PretrainJob pretraining = text_job(folder / "run");
  REQUIRE(pretrain(pretraining).finished);
  const auto prompts = folder / "rhythms.txt";
  write_text_file(prompts, "sinus: sinus rhythm\naf: atrial fibrillation\n");
  LabelledJob job;
  job.run = pretraining.run;
  job.corpus = toy_corpus();
  job.labels = toy_labels(folder / "labels.csv");
  job.groups.choose_folds = {1};
  job.groups.report_folds = {2};
  job.groups.draws = 20;
  job.heads = folder / "head.json";
  const auto rows = zero_shot_job(job, prompts, {});
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].head == "zero-shot");
  CHECK(rows[0].fraction == 0);
  CHECK(rows[1].encoder == "untrained 1");
  const TrainedModel trained = value_or_throw(load_model(job.run));
  const auto classes = value_or_throw(read_class_prompts(prompts));
  CgDmerSystem& system = text_system_of(*trained.model);
  for (const std::size_t c : {0, 1}) {
    CHECK(rows[0].score.classes[c].name == classes[c].label);
    CHECK(rows[0].score.classes[c].auroc ==
          auroc_of_class(system, classes, static_cast<std::int64_t>(c)));
  }

  // The head that it wrote travels with its figures, and is the one that prompts make.
  const auto heads = value_or_throw(heads_from_json(text_of_file(job.heads)));
  CHECK(heads[0].weight == zero_shot_head(system, classes, "rhythms").weight);
  CHECK(heads[0].macro_auroc == rows[0].score.macro_auroc.value);
  ExportOptions options;
  options.heads = {job.heads};
  export_bundle(job.run, folder / "bundle", options);
  CHECK(text_of_file(folder / "bundle" / "card.md").find("Macro AUROC") != std::string::npos);

  job.groups.report_folds = {0, 2};
  CHECK_THROWS_AS(zero_shot_job(job, prompts, {}), Failure);  // its reports were read
  job.groups.report_folds = {2};
  write_text_file(prompts, "sinus: sinus rhythm\n");
  CHECK_THROWS_AS(zero_shot_job(job, prompts, {}), Failure);  // nothing says what af is
}
