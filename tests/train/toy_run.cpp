#include "toy_run.h"

#include <ATen/Functions.h>

#include <catch2/catch_test_macros.hpp>

#include "corpus/failure.h"
#include "train/checkpoint.h"

namespace ecg::test {

const std::filesystem::path& toy_corpus() {
  static const TemporaryFolder folder;
  static const std::filesystem::path path = [] {
    make_toy_corpus(folder / "corpus", 60);
    return folder / "corpus";
  }();
  return path;
}

PretrainJob toy_job(const std::filesystem::path& run) {
  PretrainJob job;
  job.corpus = toy_corpus();
  job.run = run;
  job.config = toy_config();
  return job;
}

std::map<std::string, torch::Tensor> newest_tensors(const std::filesystem::path& run) {
  const auto content = read_tensor_file(list_checkpoints(run).at(0));
  REQUIRE(content.has_value());
  return content->tensors;
}

std::vector<std::string> differing_tensors(const std::filesystem::path& a,
                                           const std::filesystem::path& b) {
  std::vector<std::string> names;
  auto theirs = newest_tensors(b);
  for (const auto& [name, tensor] : newest_tensors(a)) {
    const auto found = theirs.find(name);
    if (found == theirs.end() || !at::equal(tensor, found->second)) names.push_back(name);
    if (found != theirs.end()) theirs.erase(found);
  }
  for (const auto& [name, tensor] : theirs) names.push_back(name);
  return names;
}

PretrainResult stopped_and_resumed(PretrainJob job, std::int64_t step) {
  job.stop_after_step = step;
  if (pretrain(job).finished) {
    throw Failure({ErrorCode::kInvalidArgument, "the run ended before step " + std::to_string(step),
                   "stop it earlier", "", {}});
  }
  job.resume = true;
  job.stop_after_step.reset();
  return pretrain(job);
}

}  // namespace ecg::test
