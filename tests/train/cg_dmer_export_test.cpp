// The ECG-text system's graphs: random weights -> bundle -> ONNX Runtime.
#include <ATen/Functions.h>

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "corpus/failure.h"
#include "export/cg_dmer_bundle.h"
#include "lively_bundle.h"
#include "objective/hybrid_system.h"
#include "objective/zero_shot.h"
#include "support/temporary_folder.h"

using namespace ecg;
using namespace ecg::test;

namespace {

ObjectiveConfig small_config(const std::string& stem) {
  ObjectiveConfig config;
  config.system = "cg_dmer";
  config.model.width = 32;
  config.model.depth = 2;
  config.model.heads = 4;
  config.model.decoder_width = 16;
  config.model.decoder_depth = 1;
  config.model.decoder_heads = 2;
  config.model.stem = stem;
  config.cg_dmer.shared_width = 12;
  config.cg_dmer.text.width = 16;
  config.cg_dmer.text.depth = 1;
  config.cg_dmer.text.heads = 2;
  WordCounts counts;
  for (const char* report : {"sinus rhythm, normal ecg", "atrial fibrillation"}) {
    count_words(report, counts);
  }
  config.cg_dmer.text.vocabulary = value_or_throw(WordPiece::train(counts, {256, 1})).text();
  throw_on_error(complete_objective(config));
  return config;
}

std::vector<std::string> outputs_of(const nlohmann::json& graph) {
  std::vector<std::string> names;
  for (const auto& output : graph["outputs"]) names.push_back(output["name"]);
  return names;
}

}  // namespace

TEST_CASE("ONNX Runtime agrees with the ECG side of the ECG-text system, in every precision") {
  for (const char* stem : {"linear", "conv"}) {
    const TemporaryFolder folder;
    const ObjectiveConfig config = small_config(stem);
    CgDmerSystem system(config);
    make_lively(system);
    const BundleInfo info = lively_info(config.input);
    write_bundle(cg_dmer_bundle(system, info), info, folder / "bundle");
    const auto json = model_json(folder / "bundle");
    CHECK(outputs_of(json["graphs"]["encode"]) ==
          std::vector<std::string>{"tokens", "embedding", "shared"});
    CHECK(outputs_of(json["graphs"]["reconstruct"]) == std::vector<std::string>{"reconstruction"});
    CHECK(json["graphs"]["encode"]["outputs"][2]["shape"] == nlohmann::json({1, 12}));
    for (const auto& golden : json["golden"]["cases"]) CHECK(golden["tensors"].contains("shared"));
    CHECK(run_parity(folder / "bundle") == 0);
  }
}

TEST_CASE("What a reconstruction is told of its record matters, and is part of the graph") {
  const ObjectiveConfig config = small_config("linear");
  CgDmerSystem system(config);
  make_lively(system);
  const auto told = cg_dmer_bundle(system, lively_info(config.input)).cases[0].tensors.back();
  {
    const torch::NoGradGuard no_grad;
    for (auto& item : system.named_parameters()) {
      if (item.key().starts_with("ecg_condition")) item.value().zero_();
    }
  }
  const auto untold = cg_dmer_bundle(system, lively_info(config.input)).cases[0].tensors.back();
  REQUIRE(told.name == "reconstruction");
  CHECK(told.values != untold.values);
}

TEST_CASE(
    "Classes given by texts are outputs of the graph: cosines through SigLIP's scale and bias") {
  const TemporaryFolder folder;
  const ObjectiveConfig config = small_config("linear");
  CgDmerSystem system(config);
  make_lively(system);
  const std::vector<ClassPrompts> classes{{"normal", {"normal ecg", "sinus rhythm"}},
                                          {"af", {"atrial fibrillation"}}};
  const LinearHead head = zero_shot_head(system, classes, "rhythms");
  CHECK(head.labels[0].prompts == classes[0].prompts);
  const torch::NoGradGuard no_grad;
  torch::manual_seed(2);
  const auto embeddings = at::randn({5, 32});
  const auto scores = class_scores(system, classes, embeddings).to(at::kDouble);
  const auto expected = (scores * system.alignment_scale() + system.alignment_bias()).sigmoid();
  CHECK(zero_shot_probabilities(system, head, embeddings).allclose(expected, 1e-5, 1e-8));

  BundleInfo info = lively_info(config.input);
  info.heads = {head};
  write_bundle(cg_dmer_bundle(system, info), info, folder / "bundle");
  const auto json = model_json(folder / "bundle");
  CHECK(outputs_of(json["graphs"]["encode"]).back() == "probabilities.rhythms");
  CHECK(json["heads"][0]["labels"][1]["prompts"][0] == "atrial fibrillation");
  CHECK(json["heads"][0]["macro"][0].is_null());
  std::ifstream card(folder / "bundle" / "card.md");
  const std::string text{std::istreambuf_iterator<char>(card), {}};
  CHECK(text.find("no label was looked at") != std::string::npos);
  CHECK(run_parity(folder / "bundle") == 0);
  HybridSystem other{ObjectiveConfig()};
  CHECK_THROWS_AS(text_system_of(other), Failure);
}

TEST_CASE("An ECG-text bundle counts what it computes and refuses another input") {
  const ObjectiveConfig config = small_config("linear");
  CgDmerSystem system(config);
  std::int64_t all = 0;
  for (const auto& parameter : system.parameters()) all += parameter.numel();
  const BundleModel bundle = cg_dmer_bundle(system, lively_info(config.input));
  CHECK(bundle.parameters > 0);
  CHECK(bundle.parameters < all);
  BundleInfo other = lively_info(config.input);
  other.input.samples = 500;
  CHECK_THROWS_AS(cg_dmer_bundle(system, other), Failure);
}
