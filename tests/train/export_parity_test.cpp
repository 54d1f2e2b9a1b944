// The whole way of an export without training: random weights -> bundle -> ONNX Runtime.

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "corpus/failure.h"
#include "export/bundle.h"
#include "export/mae_export.h"
#include "export/sha256.h"
#include "support/test_data.h"

using namespace ecg;
namespace fs = std::filesystem;

namespace {

/// A folder of this test program, empty at the start of each test.
fs::path fresh_folder(const std::string& name) {
  const fs::path folder =
      fs::temp_directory_path() / ("einthoven-export-" + std::to_string(getpid())) / name;
  fs::remove_all(folder);
  fs::create_directories(folder.parent_path());
  return folder;
}

std::string contents_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

nlohmann::json model_json(const fs::path& bundle) {
  return nlohmann::json::parse(contents_of(bundle / "model.json"));
}

/// A model of the real shape. Weights far from their gentle start, so that every path matters:
/// norms and biases random, attention peaked.
MaskedAutoencoder lively_model() {
  MaskedAutoencoder model(MaeConfig{}, 11);
  const torch::NoGradGuard no_grad;
  torch::manual_seed(11);
  for (auto& item : model->named_parameters()) {
    const bool matrix = item.value().dim() == 2;
    item.value().add_(torch::randn_like(item.value()), matrix ? 0.08 : 0.3);
  }
  return model;
}

BundleInfo test_info() {
  BundleInfo info;
  info.input.name = "parity";
  info.input.version = "0.0.1";
  info.preset = "none";
  info.corpus = "none: the weights are random";
  info.licence = "Apache-2.0";
  return info;
}

fs::path write_test_bundle(const std::string& name) {
  const fs::path bundle = fresh_folder(name) / "bundle";
  auto model = lively_model();
  write_bundle(model, test_info(), bundle);
  return bundle;
}

/// Exit code of tools/parity/native.mjs on a bundle.
int run_parity(const fs::path& bundle, const std::string& options = "") {
  const std::string script = test::source_file("tools/parity/native.mjs").string();
  const int status =
      std::system(("node '" + script + "' '" + bundle.string() + "' " + options).c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("a bundle's files have the hashes and sizes that model.json states") {
  const fs::path bundle = write_test_bundle("files");
  const auto json = model_json(bundle);
  CHECK(json["format"] == "einthoven-bundle/1");
  CHECK(json["name"] == "parity");
  CHECK(model_spec_from_json(contents_of(bundle / "model.json")).value() == test_info().input);
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
  auto model = lively_model();
  write_bundle(model, test_info(), bundle);
  CHECK_FALSE(fs::exists(bundle / "left-over.txt"));
  CHECK(std::distance(fs::directory_iterator(bundle.parent_path()), {}) == 1);

  const fs::path other = fresh_folder("other");
  fs::create_directories(other);
  std::ofstream(other / "thesis.txt") << "precious";
  CHECK_THROWS_AS(write_bundle(model, test_info(), other), Failure);
  CHECK(fs::exists(other / "thesis.txt"));
}

TEST_CASE("an input specification that does not fit the model is refused") {
  auto model = lively_model();
  BundleInfo info = test_info();
  info.input.patch_samples = 25;
  const fs::path bundle = fresh_folder("misfit");
  CHECK_THROWS_AS(write_bundle(model, info, bundle), Failure);
  CHECK_FALSE(fs::exists(bundle));
}

TEST_CASE("weights of another configuration are refused by name") {
  const auto model = lively_model();
  NamedWeights weights = weights_of(*model);
  MaeConfig deeper;
  deeper.depth += 1;
  CHECK_THROWS_AS(encode_graph(deeper, weights, Precision::kFloat32), Failure);
  weights["encoder.norm.bias"].shape = {1};
  CHECK_THROWS_AS(encode_graph(MaeConfig{}, weights, Precision::kFloat32), Failure);
}

TEST_CASE("native ONNX Runtime agrees with LibTorch in every precision") {
  const fs::path bundle = write_test_bundle("parity");
  const fs::path report = bundle.parent_path() / "report.json";
  REQUIRE(run_parity(bundle, "--json '" + report.string() + "'") == 0);
  const auto json = nlohmann::json::parse(contents_of(report));
  // 3 precisions x (5 embeddings + 2 token tables + 5 reconstructions).
  CHECK(json["parity"].size() == 36);
  CHECK(json["blindness"].size() >= 24);
}

TEST_CASE("the comparison notices a wrong answer and a changed file") {
  const fs::path bundle = write_test_bundle("broken");
  const auto json = model_json(bundle);

  SECTION("one weight of the graph changed") {
    std::string bytes = contents_of(bundle / "reconstruct.onnx");
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x40);
    std::ofstream(bundle / "reconstruct.onnx", std::ios::binary) << bytes;
    CHECK(run_parity(bundle) != 0);
  }
  SECTION("one golden value changed by 0.001, hash made to fit") {
    std::string bytes = contents_of(bundle / "golden.bin");
    const std::size_t at = json["golden"]["cases"][0]["tensors"]["embedding"]["offset"];
    float value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    value += 0.001F;
    std::memcpy(bytes.data() + at, &value, sizeof value);
    std::ofstream(bundle / "golden.bin", std::ios::binary) << bytes;
    auto changed = json;
    changed["golden"]["sha256"] = sha256_hex(bytes);
    std::ofstream(bundle / "model.json") << changed.dump();
    CHECK(run_parity(bundle) == 1);
  }
}
