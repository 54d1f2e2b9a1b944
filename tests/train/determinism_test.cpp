// run.deterministic: what it asks of LibTorch, and that it changes no bit on the CPU, whose kernels
// are of that kind already.

#include "toy_run.h"

#include <ATen/Context.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "support/temporary_folder.h"
#include "train/attention_choice.h"
#include "train/determinism.h"

using namespace ecg;
using Catch::Matchers::ContainsSubstring;
using ecg::test::toy_job;

TEST_CASE("A deterministic run has the bits of another on the CPU, and resumes to them") {
  const test::TemporaryFolder folder;
  auto usual = toy_job(folder / "usual");
  pretrain(usual);
  CHECK_FALSE(at::globalContext().deterministicAlgorithms());
  auto strict = toy_job(folder / "strict");
  strict.config.deterministic = 1;
  test::stopped_and_resumed(strict, 5);
  CHECK(at::globalContext().deterministicAlgorithms());
  CHECK_FALSE(at::globalContext().deterministicAlgorithmsWarnOnly());
  CHECK(at::globalContext().deterministicCuDNN());
  CHECK(test::differing_tensors(folder / "usual", folder / "strict").empty());
  compute_deterministically(false);
  CHECK_FALSE(at::globalContext().deterministicAlgorithms());
}

TEST_CASE("Kernels of attention whose gradients differ from run to run are left out") {
  TrainConfig config = test::toy_config();
  CHECK(attention_candidates(config, at::kCUDA).size() == 3);
  config.deterministic = 1;
  CHECK(attention_candidates(config, at::kCUDA) == std::vector<std::string>{"flash", "math"});
  const auto none = std::make_shared<torch::nn::Module>();
  compute_deterministically(true);
  use_attention(*none, "usual");
  CHECK_FALSE(at::globalContext().userEnabledMemEfficientSDP());
  CHECK_FALSE(at::globalContext().userEnabledCuDNNSDP());
  CHECK(at::globalContext().userEnabledFlashSDP());
  compute_deterministically(false);
  use_attention(*none, "usual");
  CHECK(at::globalContext().userEnabledMemEfficientSDP());
  config.attention = "efficient";
  CHECK_THAT(complete_config(config).error().hint, ContainsSubstring("\"flash\""));
}
