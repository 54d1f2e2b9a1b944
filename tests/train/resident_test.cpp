// Records in the device's memory: the same batches and the same runs as from shards.

#include <c10/util/Logging.h>  // has a CHECK of its own: Catch2's must come after it

#include <ATen/Functions.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "corpus/failure.h"
#include "objective/hybrid_system.h"
#include "support/temporary_folder.h"
#include "toy_run.h"
#include "train/damage_log.h"
#include "train/dry_run.h"
#include "train/resident_corpus.h"
#include "train/run_record.h"
#include "train/step_feed.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Some training records, not in order, one of them twice.
std::vector<std::uint32_t> some_records(const Corpus& corpus) {
  const auto& all = corpus.records_of(Split::kTrain);
  return {all[5], all[0], all.back(), all[5], all[2]};
}

}  // namespace

TEST_CASE("Records from a device's memory are those from the shards, to the bit") {
  const Corpus corpus = value_or_throw(Corpus::open(toy_corpus()));
  const auto& all = corpus.records_of(Split::kTrain);
  const ResidentCorpus resident(corpus, all, at::kCPU, free_bytes_of(at::kCPU));
  const auto leads = static_cast<std::int64_t>(corpus.shape().leads.size());
  CHECK(resident.bytes() ==
        static_cast<std::int64_t>(all.size()) * leads * (2 * corpus.shape().samples + 4));
  const auto records = some_records(corpus);
  const SignalBatch read = read_batch(corpus, records), gathered = resident.read(records);
  CHECK(at::equal(read.signal, gathered.signal));
  CHECK(at::equal(read.lead_mask, gathered.lead_mask));
  CHECK(read.complete == gathered.complete);
  CHECK(read.signal.abs().max().item<float>() > 1);
}

TEST_CASE("A corpus that does not fit a device's memory is refused with its size") {
  const Corpus corpus = value_or_throw(Corpus::open(toy_corpus()));
  const auto& all = corpus.records_of(Split::kTrain);
  CHECK(free_bytes_of(at::kCPU) > 1'000'000);
  CHECK_THROWS_WITH(ResidentCorpus(corpus, all, at::kCPU, 100'000),
                    ContainsSubstring("GB; of 0.0001 GB free on cpu") &&
                        ContainsSubstring("corpus.placement = \"disk\""));
  CHECK_NOTHROW(ResidentCorpus(corpus, all, at::kCPU, -1));
}

TEST_CASE("A run on a resident corpus ends with the bits of one that reads shards") {
  const TemporaryFolder folder;
  PretrainJob disk = toy_job(folder / "disk"), device = toy_job(folder / "device");
  disk.config.views = device.config.views = 2;
  disk.config.augment_methods = device.config.augment_methods = "scale,emg";
  disk.config.mask_method = device.config.mask_method = "beats";
  device.config.placement = "device";
  std::vector<std::string> said;
  device.say = [&](const std::string& text) { said.push_back(text); };
  pretrain(disk);
  device.stop_after_step = 7;
  pretrain(device);
  REQUIRE(said.size() == 1);
  CHECK_THAT(said[0], ContainsSubstring("GB of training records on cpu"));
  device.stop_after_step.reset();
  device.resume = true;
  device.config.placement = "disk";  // where records are read from may change on the way
  pretrain(device);
  CHECK(differing_tensors(disk.run, device.run).empty());
}

TEST_CASE("A damaged record is found when records are brought to the device") {
  const TemporaryFolder folder;
  make_toy_corpus(folder / "corpus", 60);
  damage_record(folder / "corpus" / "shard-00001.ecgs", 3);
  PretrainJob disk = toy_job(folder / "disk"), device = toy_job(folder / "device");
  for (PretrainJob* job : {&disk, &device}) {
    job->corpus = folder / "corpus";
    job->config.most_damaged = 0.02;
  }
  device.config.placement = "device";
  pretrain(disk);
  pretrain(device);
  CHECK(differing_tensors(disk.run, device.run).empty());
  CHECK_THAT(text_of_file(device.run / kDamagedFile), ContainsSubstring("simulated/7/19"));
  CHECK_THAT(text_of_file(device.run / kRunFile), ContainsSubstring("\"damaged_records\": 1"));
  device.run = folder / "refused";
  device.config.most_damaged = 0.01;
  CHECK_THROWS_WITH(pretrain(device), ContainsSubstring("most_damaged"));
}

TEST_CASE("A dry run counts records that stay on the device") {
  PretrainJob job = toy_job("never written");
  const double without = dry_run(job, {}).device_memory_mb;
  job.config.placement = "device";
  const Corpus corpus = value_or_throw(Corpus::open(toy_corpus()));
  const auto records = static_cast<double>(corpus.records_of(Split::kTrain).size());
  const double wanted = records * 12 * (2 * 200 + 4) / 1e6;
  CHECK(std::abs(dry_run(job, {}).device_memory_mb - without - wanted) < 1e-6);
}
