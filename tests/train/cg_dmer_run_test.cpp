// The ECG-text system in whole runs: words from the corpus, resumed to the bit, scored by prompts.
#include <c10/util/Logging.h>  // Catch2's CHECK must come after it

#include <catch2/catch_test_macros.hpp>

#include "corpus/failure.h"
#include "corpus/vocabulary.h"
#include "export/export_bundle.h"
#include "lively_bundle.h"
#include "objective/cg_dmer_system.h"
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
  export_bundle(job.run, folder / "bundle");
  CHECK(run_parity(folder / "bundle") == 0);
}

TEST_CASE("A run on ECGs and texts that is stopped and resumed ends with the same bits") {
  const TemporaryFolder folder;
  const PretrainJob whole = text_job(folder / "whole");
  REQUIRE(pretrain(whole).finished);
  PretrainJob parts = text_job(folder / "parts");
  parts.stop_after_step = 7;
  CHECK_FALSE(pretrain(parts).finished);
  parts.resume = true;
  parts.stop_after_step.reset();
  CHECK(pretrain(parts).finished);
  const auto a = newest_tensors(whole.run), b = newest_tensors(parts.run);
  REQUIRE(a.size() == b.size());
  for (const auto& [name, tensor] : a) {
    INFO(name);
    CHECK(tensor.equal(b.at(name)));
  }
}
