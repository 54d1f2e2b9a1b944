// What a run lives through: a full disk, gradients that are not finite, damaged records and shards.

#include <ATen/Functions.h>
#include <sys/resource.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>

#include "corpus/failure.h"
#include "objective/hybrid_system.h"
#include "toy_run.h"
#include "train/checkpoint_keeper.h"
#include "train/damage_log.h"
#include "train/dry_run.h"
#include "train/gradient_guard.h"
#include "train/pretrain.h"
#include "train/run_record.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

/// Files of this process may not exceed some kilobytes while it lives, as on a full disk.
class SmallFilesOnly {
 public:
  explicit SmallFilesOnly(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &former_);
    const rlimit limit{bytes, former_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SmallFilesOnly() { ::setrlimit(RLIMIT_FSIZE, &former_); }
  SmallFilesOnly(const SmallFilesOnly&) = delete;
  SmallFilesOnly& operator=(const SmallFilesOnly&) = delete;

 private:
  rlimit former_{};
};

PretrainJob job_in(const TemporaryFolder& folder, const std::string& run) {
  PretrainJob job;
  job.corpus = folder / "corpus";
  job.run = folder / run;
  job.config = toy_config();
  return job;
}

std::size_t lines_of(const fs::path& path) {
  const std::string text = text_of_file(path);
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("A disk that is full for a while costs checkpoints and no bits") {
  const TemporaryFolder folder;
  make_toy_corpus(folder / "corpus", 60);
  PretrainJob job = job_in(folder, "a");
  std::vector<std::string> said;
  job.say = [&](const std::string& text) { said.push_back(text); };
  std::optional<SmallFilesOnly> full;
  job.step_done = [&](std::int64_t step, double) {
    if (step == 6) full.emplace(16384);
    if (step == 16) full.reset();
  };
  CHECK(pretrain(job).finished);
  CHECK(list_checkpoints(job.run).size() == 2);  // steps 5 and 20: those of 10 and 15 were refused
  REQUIRE(said.size() >= 2);
  CHECK_THAT(said[0], ContainsSubstring("the run goes on") && ContainsSubstring("File too large"));
  for (const auto& entry : fs::directory_iterator(job.run / kCheckpointFolder)) {
    CHECK(entry.path().extension() != ".tmp");
  }
  PretrainJob undisturbed = job_in(folder, "b");
  pretrain(undisturbed);
  CHECK(differing_tensors(job.run, undisturbed.run).empty());
}

TEST_CASE("A disk that stays full ends a run with the last checkpoint intact") {
  const TemporaryFolder folder;
  make_toy_corpus(folder / "corpus", 60);
  PretrainJob job = job_in(folder, "a");
  {
    std::optional<SmallFilesOnly> full;
    job.step_done = [&](std::int64_t step, double) {
      if (step == 6) full.emplace(16384);
    };
    CHECK_THROWS_WITH(pretrain(job), ContainsSubstring("cannot be written"));
  }
  REQUIRE(list_checkpoints(job.run).size() == 1);
  job.step_done = {};
  job.resume = true;
  CHECK(pretrain(job).finished);
  PretrainJob undisturbed = job_in(folder, "b");
  pretrain(undisturbed);
  CHECK(differing_tensors(job.run, undisturbed.run).empty());
}

TEST_CASE(
    "Gradients that are not finite are skipped with their records, and end the run after some") {
  const TemporaryFolder folder;
  make_toy_corpus(folder / "corpus", 60);
  PretrainJob job = job_in(folder, "a");
  job.config.peak_lr = 1e30;  // the second step overflows
  job.config.most_skipped = 4;
  job.config.checkpoint_every = 1000;
  CHECK_THROWS_WITH(pretrain(job), ContainsSubstring("diverged") && ContainsSubstring("peak_lr"));
  CHECK(lines_of(job.run / kSkippedFile) == 4);
  CHECK_THAT(text_of_file(job.run / kSkippedFile),
             ContainsSubstring("\"records\":[\"simulated/7/"));
}

TEST_CASE("Weights that are not finite are never saved") {
  const TemporaryFolder folder;
  fs::create_directories(folder / "run" / kCheckpointFolder);
  const TrainConfig config = toy_config();
  HybridSystem model(config);
  CheckpointKeeper keeper(folder / "run", 2, {});
  keeper.save(1, checkpoint_of(model, config, {}, "hash", {}), false);
  model.autoencoder()->encoder->norm->bias.data().index_put_(
      {3}, std::numeric_limits<float>::infinity());
  const TensorFile bad = checkpoint_of(model, config, {}, "hash", {});
  CHECK_THROWS_WITH(keeper.save(2, bad, false), ContainsSubstring("model.encoder.norm.bias"));
  CHECK_THROWS_AS(keeper.save_best(bad), Failure);
  CHECK(list_checkpoints(folder / "run").size() == 1);
}

TEST_CASE("A damaged record is set aside, listed once, and the run goes on") {
  const TemporaryFolder folder;
  make_toy_corpus(folder / "corpus", 60);
  damage_record(folder / "corpus" / "shard-00001.ecgs", 3);
  PretrainJob job = job_in(folder, "a");
  job.config.most_damaged = 0.02;
  std::vector<double> losses;
  job.step_done = [&](std::int64_t, double loss) { losses.push_back(loss); };
  CHECK(pretrain(job).finished);
  for (const double loss : losses) CHECK(std::isfinite(loss));
  CHECK(lines_of(job.run / kDamagedFile) == 1);
  CHECK_THAT(text_of_file(job.run / kDamagedFile), ContainsSubstring("bad_checksum") &&
                                                       ContainsSubstring("simulated/7/19") &&
                                                       ContainsSubstring("\"byte_offset\":"));
  CHECK_THAT(text_of_file(job.run / kRunFile), ContainsSubstring("\"damaged_records\": 1"));

  job.run = folder / "b";
  job.config.most_damaged = 0.01;
  CHECK_THROWS_WITH(pretrain(job), ContainsSubstring("most_damaged"));
}

TEST_CASE("A truncated or missing shard is set aside with all its records, if that is allowed") {
  const TemporaryFolder folder;
  make_toy_corpus(folder / "corpus", 60);
  const fs::path shard = folder / "corpus" / "shard-00002.ecgs";
  fs::resize_file(shard, fs::file_size(shard) / 2);
  CHECK_FALSE(Corpus::open(folder / "corpus").has_value());
  PretrainJob job = job_in(folder, "a");
  CHECK_THROWS_WITH(pretrain(job), ContainsSubstring("16 of 60 records"));
  job.run = folder / "b";
  job.config.most_damaged = 0.3;
  CHECK(pretrain(job).finished);
  CHECK_THAT(text_of_file(job.run / kDamagedFile), ContainsSubstring("truncated"));
  fs::remove(shard);
  job.run = folder / "c";
  CHECK(pretrain(job).finished);
  CHECK_THAT(text_of_file(job.run / kDamagedFile), ContainsSubstring("missing_file"));
}

TEST_CASE("A dry run checks every record, estimates, and writes nothing") {
  const TemporaryFolder folder;
  make_toy_corpus(folder / "corpus", 60);
  PretrainJob job = job_in(folder, "a");
  std::size_t told = 0;
  const DryRun found = dry_run(job, [&](std::size_t done, std::size_t) { told = done; });
  CHECK(told == 60);
  CHECK(found.records == 60);
  CHECK(found.damaged == 0);
  CHECK(found.parameters > 1000);
  CHECK(found.step_s > 0);
  CHECK(found.run_s > 10 * found.step_s);
  CHECK(std::isfinite(found.loss));
  CHECK_FALSE(fs::exists(job.run));
  damage_record(folder / "corpus" / "shard-00001.ecgs", 3);
  CHECK_THROWS_WITH(dry_run(job, {}), ContainsSubstring("1 of 60 records are damaged"));
  job.config.most_damaged = 0.1;
  CHECK(dry_run(job, {}).damage.size() == 1);
}
