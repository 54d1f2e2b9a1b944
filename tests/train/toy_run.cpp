#include "toy_run.h"

#include <catch2/catch_test_macros.hpp>

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

}  // namespace ecg::test
