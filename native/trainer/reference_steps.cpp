#include "trainer/reference_steps.h"

#include <ATen/Functions.h>

#include <string>
#include <vector>

#include "corpus/failure.h"
#include "train/learner.h"
#include "train/step_feed.h"
#include "train/tensor_file.h"

namespace ecg::trainer {
namespace {

torch::Tensor kept(const torch::Tensor& tensor) { return tensor.detach().cpu().clone(); }

void note_weights(System& system, TensorFile& file) {
  for (const auto& item : system.named_parameters()) {
    file.tensors["weight." + item.key()] = kept(item.value());
  }
  for (const auto& item : system.named_buffers()) {
    file.tensors["weight." + item.key()] = kept(item.value());
  }
}

const View& only_view(const std::vector<Batch>& batches) {
  if (batches.size() == 1 && batches[0].views.size() == 1) return batches[0].views[0];
  throw Failure({ErrorCode::kInvalidArgument,
                 "steps to repeat are of one view in one micro-batch",
                 "--set optimiser.micro_batches=1, and a preset with one view",
                 {},
                 {}});
}

}  // namespace

void write_reference_steps(const TrainConfig& config, const Corpus& corpus, std::int64_t steps,
                           const std::filesystem::path& path) {
  const torch::Device device = device_of(config);
  const Communicator alone;
  Learner learner(config, device, alone);
  StepFeed feed(learner.model(), corpus, config, device, alone, {});
  TensorFile file;
  note_weights(learner.model(), file);
  std::vector<double> losses;
  for (std::int64_t step = 0; step < steps; ++step) {
    const StepData data = feed.make(step);
    const View& view = only_view(data.batches);
    const std::string number = "." + std::to_string(step);
    file.tensors["signal" + number] = kept(view.signal);
    file.tensors["target" + number] = kept(view.target);
    file.tensors["visible" + number] = kept(view.visible);
    file.tensors["counted" + number] = kept(view.counted);
    losses.push_back(learner.learn_from(data.batches).total);
    learner.apply(config.peak_lr);
    learner.end_step(step);
  }
  file.tensors["loss"] = at::tensor(losses, at::kDouble);
  throw_on_error(write_tensor_file(path, file));
}

}  // namespace ecg::trainer
