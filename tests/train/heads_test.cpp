// Linear heads: as a file, and at the end of a graph.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cmath>
#include <limits>

#include "corpus/failure.h"
#include "export/heads_export.h"

using namespace ecg;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;

namespace {

LinearHead small_head() {
  LinearHead head;
  head.task = "super";
  head.labels = {{"NORM", 0.4, 0.9, 80}, {"HYP", 0.3, std::nan(""), 0}};
  head.width = 3;
  head.weight = {1, 0, -1, 0.5f, 0.25f, 0};
  head.bias = {0.5f, -2};
  head.fitted_on = "folds 1-7";
  head.reported_on = "fold 9";
  head.records = 178;
  head.macro_auroc = 0.9;
  head.macro_low = 0.8;
  head.macro_high = 0.95;
  return head;
}

std::vector<LinearHead> value_of(Result<std::vector<LinearHead>> heads) {
  REQUIRE(heads);
  return *std::move(heads);
}

OnnxModel encode_like(std::int64_t width) {
  OnnxModel graph;
  graph.name = "encode";
  graph.outputs.push_back({"embedding", OnnxType::kFloat, {1, width}});
  return graph;
}

}  // namespace

TEST_CASE("Heads come back from their file as they were") {
  const auto back = heads_from_json(json_from_heads({small_head()}));
  REQUIRE(back);
  const LinearHead head = small_head(), &same = (*back)[0];
  CHECK(same.task == head.task);
  CHECK(same.weight == head.weight);
  CHECK(same.bias == head.bias);
  CHECK(same.reported_on == head.reported_on);
  CHECK(same.records == 178);
  CHECK(same.macro_high == 0.95);
  REQUIRE(same.labels.size() == 2);
  CHECK(same.labels[0].threshold == 0.4);
  CHECK(std::isnan(same.labels[1].auroc));
}

TEST_CASE("A head over what is compared with texts keeps its texts, and says what it reads") {
  LinearHead head = small_head();
  CHECK(value_of(heads_from_json(json_from_heads({head})))[0].input == "embedding");
  head.input = "shared";
  head.labels[0].prompts = {"normal ecg", "sinus rhythm"};
  const LinearHead same = value_of(heads_from_json(json_from_heads({head})))[0];
  CHECK(same.input == "shared");
  CHECK(same.labels[0].prompts == head.labels[0].prompts);
  CHECK(same.labels[1].prompts.empty());

  OnnxModel graph = encode_like(5);
  CHECK_THROWS_AS(add_heads(graph, {head}), Failure);  // no such output
  graph.outputs.push_back({"shared", OnnxType::kFloat, {1, 3}});
  add_heads(graph, {head});
  CHECK(graph.nodes[0].inputs[0] == "shared");
  GoldenCase golden;
  golden.tensors.push_back({"embedding", {1, 5}, {9, 9, 9, 9, 9}});
  golden.tensors.push_back({"shared", {1, 3}, {2, 4, 1}});
  add_head_answers(golden, {head});
  REQUIRE(golden.tensors.size() == 3);
  CHECK_THAT(golden.tensors[2].values[0], WithinAbs(1 / (1 + std::exp(-1.5)), 1e-6));
  CHECK_THAT(index_json_from_heads({head}), ContainsSubstring("normal ecg"));
}

TEST_CASE("Heads that do not fit together are refused by name") {
  const auto refused = [](LinearHead head) {
    const auto checked = check_heads({std::move(head)});
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == ErrorCode::kInconsistent);
    return to_string(checked.error());
  };
  LinearHead head = small_head();
  head.bias.pop_back();
  CHECK_THAT(refused(head), ContainsSubstring("'super'"));
  head = small_head();
  head.weight[2] = std::numeric_limits<float>::infinity();
  CHECK_THAT(refused(head), ContainsSubstring("finite"));
  head = small_head();
  head.task = "a/b";
  CHECK_THAT(refused(head), ContainsSubstring("name"));
  CHECK_FALSE(check_heads({small_head(), small_head()}));
  CHECK(heads_from_json("{}").error().code == ErrorCode::kBadHeader);
  CHECK(heads_from_json("nonsense").error().code == ErrorCode::kBadHeader);
  CHECK(heads_from_json(R"({"format": "einthoven-heads/2", "heads": [{"task": "x"}]})")
            .error()
            .code == ErrorCode::kBadHeader);
}

TEST_CASE("A graph gets one output per head, and golden cases their answers") {
  OnnxModel graph = encode_like(3);
  add_heads(graph, {small_head()});
  REQUIRE(graph.outputs.size() == 2);
  CHECK(graph.outputs[1].name == "probabilities.super");
  CHECK(graph.outputs[1].shape == std::vector<std::int64_t>{1, 2});
  OnnxModel other = encode_like(4);
  CHECK_THROWS_AS(add_heads(other, {small_head()}), Failure);

  GoldenCase golden;
  golden.tensors.push_back({"embedding", {1, 3}, {2, 4, 1}});
  add_head_answers(golden, {small_head()});
  REQUIRE(golden.tensors.size() == 2);
  CHECK(golden.tensors[1].name == "probabilities.super");
  CHECK_THAT(golden.tensors[1].values[0], WithinAbs(1 / (1 + std::exp(-1.5)), 1e-6));
  CHECK_THAT(golden.tensors[1].values[1], WithinAbs(0.5, 1e-6));  // 0.5 * 2 + 0.25 * 4 - 2 = 0
}
