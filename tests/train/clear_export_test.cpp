// CLEAR-HUG's graphs: random weights -> bundle -> ONNX Runtime.

#include <ATen/Functions.h>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "corpus/failure.h"
#include "export/clear_bundle.h"
#include "lively_bundle.h"
#include "support/temporary_folder.h"

using namespace ecg;
using namespace ecg::test;

namespace {

/// Weights far from their gentle start, so that every path matters.
ClearHugSystem lively_system(ObjectiveConfig config) {
  ClearHugSystem system(config);
  make_lively(system);
  return system;
}

ObjectiveConfig clear_config_of(std::int64_t amplitude, double level_weight) {
  ObjectiveConfig config;
  config.system = "clear_hug";
  config.clear_hug.amplitude = amplitude;
  config.clear_hug.level_weight = level_weight;
  REQUIRE(complete_objective(config).has_value());
  return config;
}

}  // namespace

TEST_CASE("ONNX Runtime agrees with attention by groups, in every precision") {
  const TemporaryFolder folder;
  const ObjectiveConfig config = clear_config_of(1, 0.1);
  ClearHugSystem system = lively_system(config);
  const BundleInfo info = lively_info(config.input);
  write_bundle(clear_bundle(system, info), info, folder / "bundle");
  const auto json = model_json(folder / "bundle");
  CHECK(json["tokens"]["kind"] == "beats");
  CHECK(json["tokens"]["padding_tokens"] == false);
  CHECK(json["graphs"]["encode"]["inputs"].size() == 3);
  CHECK(json["graphs"]["reconstruct"]["inputs"].size() == 4);
  CHECK(run_parity(folder / "bundle") == 0);
}

TEST_CASE("A model that counts padding as tokens says so, and is checked with what it was fed") {
  const TemporaryFolder folder;
  ObjectiveConfig config = clear_config_of(1, 0.1);
  config.clear_hug.padding_tokens = 1;
  ClearHugSystem system = lively_system(config);
  const BundleInfo info = lively_info(config.input);
  const BundleModel bundle = clear_bundle(system, info);
  std::size_t seen = 0;
  for (const GoldenCase& golden : bundle.cases) {
    for (const GoldenTensor& tensor : golden.tensors) {
      if (tensor.name != "beat_present") continue;
      ++seen;
      for (std::size_t row = 0; row < tensor.values.size(); ++row)
        CHECK(tensor.values[row] == tensor.values[row / 15 * 15]);
    }
  }
  CHECK(seen == bundle.cases.size());
  write_bundle(bundle, info, folder / "bundle");
  CHECK(model_json(folder / "bundle")["tokens"]["padding_tokens"] == true);
  CHECK(run_parity(folder / "bundle") == 0);
}

TEST_CASE("A model of shapes alone has no reconstruction to export") {
  const TemporaryFolder folder;
  const ObjectiveConfig config = clear_config_of(0, 0);
  ClearHugSystem system = lively_system(config);
  const BundleInfo info = lively_info(config.input);
  write_bundle(clear_bundle(system, info), info, folder / "bundle");
  CHECK_FALSE(model_json(folder / "bundle")["graphs"].contains("reconstruct"));
  CHECK(run_parity(folder / "bundle") == 0);

  BundleInfo other = info;
  other.input.samples = 500;
  CHECK_THROWS_AS(clear_bundle(system, other), Failure);
}
