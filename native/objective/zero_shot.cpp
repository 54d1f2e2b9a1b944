#include "objective/zero_shot.h"

#include <ATen/Functions.h>

#include <cmath>

#include "corpus/failure.h"

namespace ecg {

CgDmerSystem& text_system_of(System& system) {
  if (auto* found = dynamic_cast<CgDmerSystem*>(&system)) return *found;
  throw Failure(
      {ErrorCode::kUnsupported,
       "a model of the system '" + system.config().system + "' does not compare ECGs with texts",
       "name a run of the preset cg_dmer",
       {},
       {}});
}

LinearHead zero_shot_head(CgDmerSystem& system, const std::vector<ClassPrompts>& classes,
                          const std::string& task) {
  const torch::NoGradGuard no_grad;
  system.eval();
  const auto rows = (class_vectors(system, classes) * system.alignment_scale())
                        .to(torch::kCPU, torch::kFloat32)
                        .contiguous();
  LinearHead head;
  head.task = task;
  head.input = "shared";
  head.width = rows.size(1);
  const float* begin = rows.const_data_ptr<float>();
  head.weight.assign(begin, begin + rows.numel());
  head.bias.assign(classes.size(), static_cast<float>(system.alignment_bias()));
  for (const ClassPrompts& one : classes) {
    head.labels.push_back({one.label, 0.5, std::nan(""), 0, one.prompts});
  }
  head.fitted_on = "no labels: texts stand for them";
  head.reported_on = "texts stand for the labels, nothing was measured";
  head.macro_auroc = head.macro_low = head.macro_high = std::nan("");
  return head;
}

torch::Tensor zero_shot_probabilities(CgDmerSystem& system, const LinearHead& head,
                                      const torch::Tensor& embeddings) {
  const torch::NoGradGuard no_grad;
  system.eval();
  const auto classes = static_cast<std::int64_t>(head.labels.size());
  const auto weight = torch::tensor(head.weight, torch::kFloat64).reshape({classes, head.width});
  const auto bias = torch::tensor(head.bias, torch::kFloat64);
  const auto shared = system.shared_of_embedding(embeddings).to(torch::kCPU, torch::kFloat64);
  return (at::matmul(shared, weight.t()) + bias).sigmoid();
}

}  // namespace ecg
