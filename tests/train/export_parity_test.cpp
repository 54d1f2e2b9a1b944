// The whole way of an export without training: random weights -> bundle -> ONNX Runtime.

#include <c10/util/Logging.h>  // has a CHECK of its own: Catch2's must come after it

#include <catch2/catch_test_macros.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#include <nlohmann/json.hpp>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "corpus/failure.h"
#include "export/bundle.h"
#include "export/export_bundle.h"
#include "export/mae_export.h"
#include "export/sha256.h"
#include "lively_bundle.h"
#include "objective/hybrid_system.h"
#include "train/checkpoint.h"
#include "train/run_record.h"

using namespace ecg;
namespace fs = std::filesystem;

namespace {

std::string contents_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

fs::path write_test_bundle(const std::string& name) {
  const fs::path bundle = test::fresh_folder(name) / "bundle";
  auto model = test::lively_model();
  write_bundle(model, test::lively_info(), bundle);
  return bundle;
}

/// Leaves nothing behind, whatever a test does.
struct FolderCleaner : Catch::EventListenerBase {
  using EventListenerBase::EventListenerBase;
  void testRunEnded(const Catch::TestRunStats&) override { test::remove_test_folders(); }
};

}  // namespace

CATCH_REGISTER_LISTENER(FolderCleaner)

TEST_CASE("a bundle's files have the hashes and sizes that model.json states") {
  const fs::path bundle = write_test_bundle("files");
  const auto json = test::model_json(bundle);
  CHECK(json["format"] == "einthoven-bundle/1");
  CHECK(json["name"] == "parity");
  CHECK(model_spec_from_json(contents_of(bundle / "model.json")).value() ==
        test::lively_info().input);
  CHECK(json["heads"].is_array());
  int files = 0;
  const auto check_file = [&](const nlohmann::json& entry) {
    const std::string bytes = contents_of(bundle / entry["file"].get<std::string>());
    CHECK(sha256_hex(bytes) == entry["sha256"]);
    CHECK(bytes.size() == entry["bytes"]);
    ++files;
  };
  check_file(json["golden"]);
  for (const auto& graph : json["graphs"]) {
    check_file(graph);
    for (const auto& variant : graph["variants"]) check_file(variant);
  }
  CHECK(files == 7);
  CHECK(contents_of(bundle / "card.md").find("not for diagnosis") != std::string::npos);
}

TEST_CASE("an export writes the same bytes every time") {
  const fs::path first = write_test_bundle("first"), second = write_test_bundle("second");
  for (const auto& entry : fs::directory_iterator(first)) {
    INFO(entry.path().filename().string());
    CHECK(contents_of(entry.path()) == contents_of(second / entry.path().filename()));
  }
}

TEST_CASE("a bundle replaces a former bundle as a whole and nothing else") {
  const fs::path bundle = write_test_bundle("replace");
  std::ofstream(bundle / "left-over.txt") << "from the former one";
  auto model = test::lively_model();
  write_bundle(model, test::lively_info(), bundle);
  CHECK_FALSE(fs::exists(bundle / "left-over.txt"));
  CHECK(std::distance(fs::directory_iterator(bundle.parent_path()), {}) == 1);

  const fs::path other = test::fresh_folder("other");
  fs::create_directories(other);
  std::ofstream(other / "thesis.txt") << "precious";
  CHECK_THROWS_AS(write_bundle(model, test::lively_info(), other), Failure);
  CHECK(fs::exists(other / "thesis.txt"));
}

TEST_CASE("an input specification that does not fit the model is refused") {
  auto model = test::lively_model();
  BundleInfo info = test::lively_info();
  info.input.patch_samples = 25;
  const fs::path bundle = test::fresh_folder("misfit");
  CHECK_THROWS_AS(write_bundle(model, info, bundle), Failure);
  CHECK_FALSE(fs::exists(bundle));
}

TEST_CASE("weights of another configuration are refused by name") {
  const auto model = test::lively_model();
  NamedWeights weights = weights_of(*model);
  MaeConfig deeper;
  deeper.depth += 1;
  CHECK_THROWS_AS(encode_graph(deeper, weights, Precision::kFloat32), Failure);
  weights["encoder.norm.bias"].shape = {1};
  CHECK_THROWS_AS(encode_graph(MaeConfig{}, weights, Precision::kFloat32), Failure);
}

TEST_CASE("heads are outputs of the encode graph and keep parity in every variant") {
  const fs::path bundle = test::fresh_folder("heads") / "bundle";
  auto model = test::lively_model();
  BundleInfo info = test::lively_info();
  LinearHead head;
  head.task = "super";
  head.labels = {{"NORM", 0.5, 0.9, 80}, {"MI", 0.4, 0.8, 4}};
  head.width = model->config().width;
  for (std::int64_t i = 0; i < 2 * head.width; ++i) {
    head.weight.push_back(0.02f * static_cast<float>(i % 7 - 3));
  }
  head.bias = {-0.5f, 0.25f};
  head.reported_on = "nobody";
  info.heads = {head};
  write_bundle(model, info, bundle);
  const auto json = test::model_json(bundle);
  REQUIRE(json["heads"].size() == 1);
  CHECK(json["heads"][0]["output"] == "probabilities.super");
  CHECK(json["heads"][0]["labels"][1]["name"] == "MI");
  const auto& outputs = json["graphs"]["encode"]["outputs"];
  CHECK(outputs.back()["name"] == "probabilities.super");
  CHECK(contents_of(bundle / "card.md").find("| MI | 0.800 | 4 (too few to judge) |") !=
        std::string::npos);
  CHECK(test::run_parity(bundle, "") == 0);
  info.heads[0].width += 1;
  info.heads[0].weight.resize(static_cast<std::size_t>(2 * info.heads[0].width));
  CHECK_THROWS_AS(write_bundle(model, info, bundle), Failure);
}

TEST_CASE("a run's checkpoint and record become its bundle") {
  const fs::path run = test::fresh_folder("run");
  fs::create_directories(run / kCheckpointFolder);
  TrainConfig config;
  config.name = "small";
  config.seed = 5;
  config.model.depth = 1;
  REQUIRE(complete_config(config).has_value());
  const HybridSystem model(config);
  RunPosition position;
  position.step = 42;
  REQUIRE(
      save_checkpoint(run, checkpoint_of(model, config, position, "data", {}), 42, 2).has_value());
  RunRecord record;
  record.config = config;
  record.machine.commit = "c0ffee";
  record.sources = {"a few simulated records"};
  record.figures = {{"validation_patch_loss", 0.25}};
  REQUIRE(write_run_record(run, record).has_value());

  const fs::path bundle = run / "bundle";
  export_bundle(run, bundle, {"my-model", "2.1.0"});
  const auto json = test::model_json(bundle);
  CHECK(json["name"] == "my-model");
  CHECK(json["version"] == "2.1.0");
  const auto& provenance = json["provenance"];
  CHECK(provenance["preset"] == "small");
  CHECK(provenance["seed"] == 5);
  CHECK(provenance["steps"] == 42);
  CHECK(provenance["commit"] == "c0ffee");
  CHECK(provenance["corpus"] == "a few simulated records");
  CHECK(provenance["figures"]["validation_patch_loss"] == 0.25);
  CHECK(test::run_parity(bundle) == 0);
  CHECK_THROWS_AS(export_bundle(run / "nowhere", bundle), Failure);
}

TEST_CASE("native ONNX Runtime agrees with LibTorch in every precision") {
  const fs::path bundle = write_test_bundle("parity");
  const fs::path report = bundle.parent_path() / "report.json";
  REQUIRE(test::run_parity(bundle, "--json '" + report.string() + "'") == 0);
  const auto json = nlohmann::json::parse(contents_of(report));
  // 3 precisions x (5 embeddings + 2 token tables + 5 reconstructions).
  CHECK(json["parity"].size() == 36);
  CHECK(json["blindness"].size() >= 24);
}

TEST_CASE("a convolutional stem is exported as it was trained") {
  const fs::path bundle = test::fresh_folder("stem") / "bundle";
  MaeConfig config;
  config.stem = "conv";
  auto model = test::lively_model(config);
  write_bundle(model, test::lively_info(), bundle);
  CHECK(test::run_parity(bundle) == 0);
}

TEST_CASE("the comparison notices a wrong answer and a changed file") {
  const fs::path bundle = write_test_bundle("broken");
  auto json = test::model_json(bundle);
  std::string graph = contents_of(bundle / "reconstruct.onnx");
  std::string golden = contents_of(bundle / "golden.bin");
  const auto result = [&] {
    std::ofstream(bundle / "reconstruct.onnx", std::ios::binary) << graph;
    std::ofstream(bundle / "golden.bin", std::ios::binary) << golden;
    std::ofstream(bundle / "model.json") << json.dump();
    return test::run_parity(bundle);
  };

  SECTION("a byte that no answer depends on: the first of the producer's name") {
    graph[graph.find("einthoven-train")] = 'E';
    CHECK(result() == 1);
  }
  SECTION("one weight of the graph changed, hash made to fit") {
    graph[graph.size() / 2] = static_cast<char>(graph[graph.size() / 2] ^ 0x40);
    json["graphs"]["reconstruct"]["sha256"] = sha256_hex(graph);
    CHECK(result() == 1);
  }
  SECTION("one golden value changed by 0.001, hash made to fit") {
    const std::size_t at = json["golden"]["cases"][0]["tensors"]["embedding"]["offset"];
    float value = 0;
    std::memcpy(&value, golden.data() + at, sizeof value);
    value += 0.001F;
    std::memcpy(golden.data() + at, &value, sizeof value);
    json["golden"]["sha256"] = sha256_hex(golden);
    CHECK(result() == 1);
  }
}
