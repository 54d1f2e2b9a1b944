#include "export/heads_export.h"

#include <cmath>

#include "corpus/failure.h"

namespace ecg {
namespace {

std::vector<float> transposed(const LinearHead& head) {
  const auto labels = head.labels.size(), width = static_cast<std::size_t>(head.width);
  std::vector<float> out(head.weight.size());
  for (std::size_t label = 0; label < labels; ++label) {
    for (std::size_t i = 0; i < width; ++i) {
      out[i * labels + label] = head.weight[label * width + i];
    }
  }
  return out;
}

void check_width(const OnnxModel& graph, const LinearHead& head) {
  std::int64_t width = 0;
  for (const OnnxValue& value : graph.outputs) {
    if (value.name == head.input) width = value.shape.back();
  }
  if (width == head.width) return;
  const std::string given = width == 0 ? "gives none" : "gives " + std::to_string(width);
  throw Failure({ErrorCode::kInconsistent,
                 "head '" + head.task + "' reads '" + head.input + "' of " +
                     std::to_string(head.width) + " values, this model " + given,
                 "make the head again with this run",
                 {},
                 {}});
}

void add_head(OnnxModel& graph, const LinearHead& head) {
  const std::string stem = "heads." + head.task;
  const auto labels = static_cast<std::int64_t>(head.labels.size());
  graph.constants.push_back(
      {stem + "/weight", OnnxType::kFloat, {head.width, labels}, raw_bytes(transposed(head))});
  graph.constants.push_back({stem + "/bias", OnnxType::kFloat, {labels}, raw_bytes(head.bias)});
  graph.nodes.push_back(
      {"MatMul", stem + "/product", {head.input, stem + "/weight"}, {stem + "/sum"}, {}});
  graph.nodes.push_back(
      {"Add", stem + "/shift", {stem + "/sum", stem + "/bias"}, {stem + "/logits"}, {}});
  graph.nodes.push_back({"Sigmoid", stem + "/squash", {stem + "/logits"}, {head_output(head)}, {}});
  graph.outputs.push_back({head_output(head), OnnxType::kFloat, {1, labels}});
}

GoldenTensor answer_of(const LinearHead& head, const std::vector<float>& input) {
  GoldenTensor answer{head_output(head), {1, static_cast<std::int64_t>(head.labels.size())}, {}};
  const auto width = static_cast<std::size_t>(head.width);
  for (std::size_t label = 0; label < head.labels.size(); ++label) {
    double logit = head.bias[label];
    for (std::size_t i = 0; i < width; ++i) {
      logit += static_cast<double>(head.weight[label * width + i]) * input[i];
    }
    answer.values.push_back(static_cast<float>(1 / (1 + std::exp(-logit))));
  }
  return answer;
}

}  // namespace

void add_heads(OnnxModel& graph, const std::vector<LinearHead>& heads) {
  for (const LinearHead& head : heads) {
    check_width(graph, head);
    add_head(graph, head);
  }
}

void add_head_answers(GoldenCase& golden, const std::vector<LinearHead>& heads) {
  std::vector<GoldenTensor> answers;
  for (const GoldenTensor& tensor : golden.tensors) {
    for (const LinearHead& head : heads) {
      if (tensor.name == head.input) answers.push_back(answer_of(head, tensor.values));
    }
  }
  golden.tensors.insert(golden.tensors.end(), answers.begin(), answers.end());
}

}  // namespace ecg
