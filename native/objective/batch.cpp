#include "objective/batch.h"

#include <ATen/core/Tensor.h>

namespace ecg {

torch::Tensor sent_to(const torch::Tensor& tensor, torch::Device device) {
  if (!tensor.defined()) return tensor;
  const bool pinned = device.is_cuda() && tensor.is_cpu() && tensor.numel() > 0;
  return (pinned ? tensor.pin_memory() : tensor).to(device, /*non_blocking=*/tensor.is_cpu());
}

Batch to_device(Batch batch, torch::Device device) {
  for (View& view : batch.views) {
    for (torch::Tensor* tensor : {&view.signal, &view.target, &view.present, &view.visible,
                                  &view.counted, &view.visible_index}) {
      *tensor = sent_to(*tensor, device);
    }
    for (auto& [name, tensor] : view.extra) tensor = sent_to(tensor, device);
  }
  for (torch::Tensor* tensor :
       {&batch.signal, &batch.lead_mask, &batch.patient, &batch.path_scale}) {
    *tensor = sent_to(*tensor, device);
  }
  return batch;
}

}  // namespace ecg
