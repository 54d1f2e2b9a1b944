// The system clear_hug through the engine: pretraining, resuming, exporting.

#include <ATen/Functions.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "corpus/failure.h"
#include "export/export_bundle.h"
#include "lively_bundle.h"
#include "support/temporary_folder.h"
#include "toy_run.h"
#include "train/checkpoint.h"

using namespace ecg;
using namespace ecg::test;

namespace {

PretrainJob clear_job(const std::filesystem::path& run) {
  PretrainJob job = toy_job(run);
  job.config.system = "clear_hug";
  job.config.clear_hug.most_beats = 4;
  job.config.clear_hug.ffn_width = 24;
  throw_on_error(complete_config(job.config));
  return job;
}

}  // namespace

TEST_CASE("A run of clear_hug learns, resumes with the same bits, and is exported") {
  const TemporaryFolder folder;
  PretrainJob whole = clear_job(folder / "whole");
  std::vector<double> losses;
  whole.step_done = [&](std::int64_t, double loss) { losses.push_back(loss); };
  REQUIRE(pretrain(whole).finished);
  REQUIRE(losses.size() == 20);
  CHECK(losses.back() < losses.front());

  const PretrainJob parts = clear_job(folder / "parts");
  REQUIRE(stopped_and_resumed(parts, 7).finished);  // between two checkpoints
  CHECK(differing_tensors(whole.run, parts.run).empty());

  export_bundle(whole.run, folder / "bundle");
  CHECK(run_parity(folder / "bundle") == 0);
}
