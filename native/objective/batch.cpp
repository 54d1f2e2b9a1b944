#include "objective/batch.h"

#include <ATen/core/Tensor.h>

namespace ecg {

torch::Tensor sent_to(const torch::Tensor& tensor, torch::Device device) {
  if (!tensor.defined()) return tensor;
  const bool pinned = device.is_cuda() && tensor.is_cpu() && tensor.numel() > 0;
  return (pinned ? tensor.pin_memory() : tensor).to(device, /*non_blocking=*/tensor.is_cpu());
}

std::vector<torch::Tensor*> tensors_of(Batch& batch) {
  std::vector<torch::Tensor*> tensors = {&batch.signal, &batch.lead_mask, &batch.patient,
                                         &batch.path_scale};
  for (View& view : batch.views) {
    tensors.insert(tensors.end(), {&view.signal, &view.target, &view.present, &view.visible,
                                   &view.counted, &view.visible_index});
    for (auto& [name, tensor] : view.extra) tensors.push_back(&tensor);
  }
  return tensors;
}

std::vector<const torch::Tensor*> tensors_of(const Batch& batch) {
  const auto tensors = tensors_of(const_cast<Batch&>(batch));
  return {tensors.begin(), tensors.end()};
}

Batch to_device(Batch batch, torch::Device device) {
  for (torch::Tensor* tensor : tensors_of(batch)) *tensor = sent_to(*tensor, device);
  return batch;
}

}  // namespace ecg
