#include "train/attention_choice.h"

#include <ATen/Context.h>

#include "nn/transformer_block.h"
#include "train/forward.h"

namespace ecg {

std::vector<std::string> attention_candidates(const TrainConfig& config, torch::Device device) {
  if (device.is_cuda() && config.deterministic != 0) return {"flash", "math"};
  if (device.is_cuda()) return {"flash", "efficient", "math"};
  if (trains_in_bfloat16(config, device)) return {"flash", "math"};
  return {"kept", "flash", "math"};
}

void use_attention(torch::nn::Module& model, const std::string& name) {
  const bool usual = name == "usual", kept = name == "kept";
  const auto form = usual  ? AttentionForm::kUsual
                    : kept ? AttentionForm::kKept
                           : AttentionForm::kFused;
  for (const auto& module : model.modules()) {
    if (auto* block = module->as<TransformerBlock>()) block->attention_form = form;
  }
  at::Context& context = at::globalContext();
  context.setSDPUseFlash(usual || kept || name == "flash");
  // The gradients of these two differ from run to run.
  const bool may_differ = !context.deterministicAlgorithms();
  context.setSDPUseMemEfficient(may_differ && (usual || kept || name == "efficient"));
  context.setSDPUseCuDNN(may_differ && (usual || kept));
  context.setSDPUseMath(true);
}

std::string fastest_of(const std::vector<std::string>& names,
                       const std::function<double(const std::string&)>& seconds_of) {
  std::string best = names.at(0);
  if (names.size() == 1) return best;
  double least = seconds_of(best);
  for (std::size_t i = 1; i < names.size(); ++i) {
    const double seconds = seconds_of(names[i]);
    if (seconds >= kClearlyFaster * least) continue;
    best = names[i];
    least = seconds;
  }
  return best;
}

}  // namespace ecg
